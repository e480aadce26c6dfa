using System.Diagnostics;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Server.Data;
using Server.Resources;
using Server.Stacks;

namespace Bench;

/// <summary>
/// The console's pages with 10,000 stacks and one of 10,000 resources in the database: time to the first byte, to the whole page, and what is sent;
/// and how long after the end of an import its resources are found.
/// </summary>
internal static partial class StackPages
{
    private const int Resources = 10_000;
    private const int Stacks = 10_000;
    private const int Projects = 100;

    public static async Task Run()
    {
        await using var server = await BenchServer.Start();
        var api = server.Client;
        await AddStacks(server);
        await api.PostAsJsonAsync("/api/stacks/ann/app", new { stackName = "dev" });
        using var first = new ByteArrayContent(new SampleState(Resources).Text(i => i % 10 == 0 ? 1 : 0));
        (await api.PostAsync("/api/stacks/ann/app/dev/import", first)).EnsureSuccessStatusCode();
        Console.WriteLine($"{Resources} resources are found {await UntilFound(api):F0} ms after the end of their import");
        using var second = new ByteArrayContent(new SampleState(Resources).Text());
        (await api.PostAsync("/api/stacks/ann/app/dev/import", second)).EnsureSuccessStatusCode();
        await server.Services.GetRequiredService<ResourceIndexing>().CatchUp(CancellationToken.None);
        using var browser = await SignIn(api.BaseAddress!);
        var list = await browser.GetStringAsync("/ann/app/dev/resources?page=50");
        browser.DefaultRequestHeaders.Add("Accept-Encoding", "gzip");
        var resource = WebUtility.HtmlDecode(ResourceLink().Match(list).Groups["href"].Value);
        foreach (
            var path in new[]
            {
                "/user/settings",
                "/user/settings/tokens",
                "/user/settings/sessions",
                "/",
                "/ann",
                "/ann?page=100",
                "/ann?q=s0042",
                "/ann?sort=updated",
                "/ann?group=project",
                "/ann?group=tag:env",
                "/ann/p050",
                "/ann/~deleted",
                "/ann/app/dev",
                "/ann/app/dev/updates",
                "/ann/app/dev/updates/1",
                "/ann/app/dev/updates/compare",
                "/ann/app/dev/resources",
                "/ann/app/dev/resources?q=42",
                resource,
                "/ann/app/dev/resources/graph",
                "/ann/app/dev/activity",
                "/ann/app/dev/readme",
                "/ann/app/dev/settings",
                "/ann/resources",
                "/ann/resources?query=name:42",
            }
        )
        {
            var page = await PageTime.Best(browser, path);
            Console.WriteLine($"{path[..Math.Min(path.Length, 40)], -40} {page}");
        }
    }

    private static async Task AddStacks(BenchServer server)
    {
        var database = server.Services.GetRequiredService<Database>();
        var stacks = server.Services.GetRequiredService<StackStore>();
        var organization = await database.QueryOne<string>($"SELECT id FROM organizations", CancellationToken.None);
        await database.Write(
            async transaction =>
            {
                for (var i = 0; i < Stacks; i++)
                {
                    var tags = new Dictionary<string, string> { ["env"] = $"env{i % 10}" };
                    await stacks.Create(
                        transaction,
                        Guid.CreateVersion7().ToString(),
                        organization!,
                        $"p{i % Projects:d3}",
                        $"s{i:d5}",
                        tags
                    );
                }
                return true;
            },
            CancellationToken.None
        );
    }

    private static async Task<double> UntilFound(HttpClient api)
    {
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            var found = await api.GetFromJsonAsync<JsonElement>("/api/orgs/ann/search/resourcesv2?size=1");
            if (found.GetProperty("total").GetInt64() == Resources)
            {
                return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            }
            await Task.Delay(20);
        }
    }

    private static async Task<HttpClient> SignIn(Uri address)
    {
        var browser = new HttpClient { BaseAddress = address };
        var form = Token().Match(await browser.GetStringAsync("/signin")).Groups["token"].Value;
        using var fields = new FormUrlEncodedContent(
            new Dictionary<string, string>
            {
                ["__RequestVerificationToken"] = form,
                ["_handler"] = "sign-in",
                ["Name"] = "ann",
                ["Password"] = "correct horse battery",
            }
        );
        (await browser.PostAsync("/signin", fields)).EnsureSuccessStatusCode();
        return browser;
    }

    [GeneratedRegex("__RequestVerificationToken\" value=\"(?<token>[^\"]+)\"", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Token();

    [GeneratedRegex("href=\"(?<href>/ann/app/dev/resource\\?[^\"]+)\"", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex ResourceLink();
}
