using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Server.Data;
using Support;

namespace Server.Tests.Security;

/// <summary>What others chose must not look like a line of the server's own, nor steer the terminal of whoever reads its log.</summary>
[Collection<Alone>]
public class LogInjectionTests
{
    [Theory, InlineData(false), InlineData(true)]
    public async Task Log_injection_a_path_with_line_breaks_and_escape_sequences_stays_within_its_line(bool json)
    {
        using var said = new StringWriter();
        await using var server = await Listened(said, json);
        using var ann = await server.ClientOf("ann");
        await server.Services.GetRequiredService<Database>().Execute($"ALTER TABLE stacks RENAME TO stacks_gone", CancellationToken.None);

        await ann.GetAsync("/api/stacks/ann/web/before%0D%0A00:00:00%20crit:%20forged%1B%5B2J%C2%9B2J%E2%80%A8%E2%80%AEafter");

        var lines = (await Written(said)).Split('\n').Where(l => l.Contains("before", StringComparison.Ordinal)).ToList();
        var line = lines.ShouldHaveSingleItem();
        line.ShouldContain("after");
        line.TrimEnd('\r').Any(c => char.IsControl(c) || c is '\u2028' or '\u202E').ShouldBeFalse(line);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task Log_injection_whatever_is_logged_is_one_line_that_steers_no_terminal(bool json)
    {
        using var said = new StringWriter();
        await using var server = await Listened(said, json);
        const string evil = "before\r\n00:00:00 crit: forged\u001b[2J\u009b2J\u0085\u2028\u202e\u0000\bafter";

        server
            .Services.GetRequiredService<ILogger<LogInjectionTests>>()
            .LogWarning(new IOException(evil), "Sign-in of {Name} failed", evil);

        var line = (await Written(said)).Split('\n').Where(l => l.Contains("before", StringComparison.Ordinal)).ShouldHaveSingleItem();
        line.TrimEnd('\r').Any(c => char.IsControl(c) || c is '\u2028' or '\u202E').ShouldBeFalse(line);
    }

    [Fact]
    public async Task Log_injection_the_name_of_a_client_is_kept_without_what_cannot_be_seen()
    {
        await using var server = await TestServer.Start();
        using var ann = await server.ClientOf("ann");
        ann.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", "curl/8 \u001b[31mred");

        (await ann.GetAsync("/api/user")).EnsureSuccessStatusCode();
        await server.WriteLastUse();

        var tokens = await ann.GetStringAsync("/api/user/tokens");
        tokens.ShouldContain("curl/8");
        tokens.ShouldNotContain("\\u001b", Case.Insensitive);
    }

    /// <summary>The log goes to standard error, which the server takes hold of when it is built.</summary>
    private static async Task<TestServer> Listened(StringWriter said, bool json)
    {
        var before = System.Console.Error;
        System.Console.SetError(TextWriter.Synchronized(said));
        try
        {
            return await TestServer.Start(change: s => s with { JsonLog = json });
        }
        finally
        {
            System.Console.SetError(before);
        }
    }

    /// <summary>The console's logger writes late.</summary>
    private static async Task<string> Written(StringWriter said)
    {
        for (var i = 0; i < 200 && !said.ToString().Contains("after", StringComparison.Ordinal); i++)
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
        return said.ToString();
    }
}
