using System.Diagnostics;
using Cli.Tests.Support;

namespace Cli.Tests.Backends;

/// <summary>The store in a folder.</summary>
public sealed class FolderStoreTests : StoreTests
{
    private protected override Task<StoreHome> Open() => Task.FromResult<StoreHome>(new FolderHome(_work));

    [Fact]
    public async Task Notes_of_the_stock_programs_library_are_no_stacks_and_go_with_their_file()
    {
        await _work.Do("stack", "init", "dev");
        _work.Machine.Write(_work.InStore("stacks/web/dev.json.attrs"), """{"user.content_type":"text/plain"}""");

        (await _work.Do("stack", "ls")).ShouldBe("NAME  LAST UPDATE  RESOURCE COUNT\ndev*  n/a          n/a\n");
        await _work.Do("stack", "rm", "--yes");

        Directory.GetFiles(_work.InStore("stacks/web")).Select(Path.GetFileName).ShouldBe(["dev.json.bak"]);
    }

    [Fact]
    public async Task A_folder_that_is_not_there_is_named()
    {
        (await Fault("file:///nowhere/at/all")).ShouldBe(
            "error: unable to open state directory \"file:///nowhere/at/all\" (resolved to \"/nowhere/at/all\"): no such file or directory\n"
        );
    }

    [Fact]
    public async Task A_process_that_is_killed_leaves_the_old_or_the_new_state()
    {
        await _work.Do("stack", "init", "dev");
        var states = Enumerable.Range(0, 2).Select(i => Import(Large(i))).ToArray();
        _work.Machine.Input = states[0];
        await _work.Do("stack", "import");
        var outcomes = new HashSet<bool>();
        var whole = TimeSpan.Zero; // how long it takes if nobody kills it
        for (var round = 0; round <= 8; round++)
        {
            using var process = Start("stack", "import", "-s", "dev");
            await process.StandardInput.WriteAsync(states[1]);
            process.StandardInput.Close();
            var clock = Stopwatch.StartNew();
            await (round == 0 ? process.WaitForExitAsync() : Task.WhenAny(process.WaitForExitAsync(), Task.Delay(whole * (round - 1) / 7)));
            whole = round == 0 ? clock.Elapsed : whole;
            process.Kill();
            await process.WaitForExitAsync();

            var marker = _work.State("dev")["resources"]![1]!["inputs"]!["marker"]!.GetValue<int>();
            outcomes.Add(marker == 1);
            _work.State("dev")["resources"]!.AsArray().Count.ShouldBe(6_001);
            await _work.Do("cancel", "dev");
            _work.Machine.Input = states[0];
            await _work.Do("stack", "import");
        }
        outcomes.ShouldContain(false, "no kill came before the change");
        (await _work.Do("stack", "ls")).ShouldStartWith("NAME  LAST UPDATE");
        Directory.GetFiles(_work.InStore("locks"), "*.json", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    private Process Start(params string[] words)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "pulumi"), words)
        {
            UseShellExecute = false,
            WorkingDirectory = _work.Machine.Work,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in _work.Machine.Variables)
        {
            start.Environment[name] = value;
        }
        return Process.Start(start)!;
    }

    private static string Import(string deployment) => $"{{\"version\":3,\"deployment\":{deployment}}}";

    private static string Large(int marker) =>
        Deployments.Of([
            Deployments.Root(),
            .. Enumerable
                .Range(0, 6_000)
                .Select(i => Deployments.Bucket("b" + i).Replace("\"size\"", $"\"marker\":{marker},\"size\"", StringComparison.Ordinal)),
        ]);
}
