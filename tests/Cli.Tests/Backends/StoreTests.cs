using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Cli.Tests.Support;

namespace Cli.Tests.Backends;

/// <summary>What the folder of stacks looks like, and that it stays whole. Its files are shared with the stock CLI.</summary>
public sealed class StoreTests : IDisposable
{
    private const string Held =
        "error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete the lock file with `pulumi cancel`.\n";

    private static readonly string State = Deployments.Of(Deployments.Root(), Deployments.Bucket("logs"));
    private readonly Workspace _work = new();

    public void Dispose() => _work.Dispose();

    [Fact]
    public async Task What_is_exported_is_imported_byte_for_byte_with_a_backup_of_what_was()
    {
        await _work.Do("stack", "init", "dev");
        _work.Plant("dev", State.Replace("\"metadata\":{ } }", "\"metadata\":{},\"unknown\":{\"é\":1.50}}", StringComparison.Ordinal));
        var before = File.ReadAllText(_work.InStore("stacks/web/dev.json"));
        var exported = await _work.Do("stack", "export");
        exported.ShouldStartWith("{\n    \"version\": 3,\n    \"deployment\": {\n        \"manifest\": {\n            \"time\": \"2030");
        exported.ShouldContain("\"unknown\": {\n            \"é\": 1.50\n        }");
        _work.Machine.Input = exported;

        (await _work.Do("stack", "import")).ShouldBe("Import complete.\n");

        File.ReadAllText(_work.InStore("stacks/web/dev.json")).ShouldBe(before);
        File.ReadAllText(_work.InStore("stacks/web/dev.json.bak")).ShouldBe(before);
        var backup = Directory.GetFiles(_work.InStore("backups/web/dev")).ShouldHaveSingleItem();
        Path.GetFileName(backup).ShouldMatch(@"^dev\.\d{19}\.json$");
        File.ReadAllText(backup).ShouldBe(before);
        Directory.Exists(_work.InStore("locks/organization/web/dev")).ShouldBeTrue();
        Directory.GetFiles(_work.InStore("locks/organization/web/dev")).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("PULUMI_DIY_BACKEND_GZIP", ".gz")]
    public async Task A_store_may_be_compressed_and_changes_when_it_is_written(string variable, string ending)
    {
        await _work.Do("stack", "init", "dev");
        _work.Plant("dev", State);
        var exported = await _work.Do("stack", "export");
        _work.Machine.Variables[variable] = "true";
        _work.Machine.Input = exported;

        await _work.Do("stack", "import");

        Directory
            .GetFiles(_work.InStore("stacks/web"))
            .Select(Path.GetFileName)
            .ShouldBe(["dev.json" + ending, "dev.json.bak"], ignoreOrder: true);
        _work.Machine.Variables.Remove(variable);
        (await _work.Do("stack", "export")).ShouldBe(exported);
        (await _work.Do("stack", "ls", "--json")).ShouldContain("\"resourceCount\": 2");
    }

    [Fact]
    public async Task Compressed_state_and_history_of_the_stock_program_are_read()
    {
        Gzip("stacks/web/dev.json.gz", $$"""{"version":3,"checkpoint":{"stack":"organization/web/dev","latest":{{State}} } }""");
        Gzip("history/web/dev/dev-1900000000000000001.history.json.gz", """{"kind":"update","version":7,"startTime":1,"endTime":2}""");

        (await _work.Do("stack", "history", "-s", "dev")).ShouldStartWith("Version: 7\nUpdateKind: update\n");
        (await _work.Do("stack", "ls", "--json")).ShouldContain("\"resourceCount\": 2");
    }

    [Fact]
    public async Task Both_compressions_at_once_are_refused()
    {
        _work.Machine.Variables["PULUMI_DIY_BACKEND_GZIP"] = _work.Machine.Variables["PULUMI_DIY_BACKEND_ZSTD"] = "1";

        (await _work.Run("stack", "ls")).ShouldBe(new(1, "", "error: DIY_BACKEND_GZIP and DIY_BACKEND_ZSTD cannot both be enabled\n"));
    }

    [Fact]
    public async Task A_locked_stack_names_who_holds_it_and_cancel_frees_it()
    {
        await _work.Do("stack", "init", "dev");
        _work.Machine.Write(
            _work.InStore("locks/organization/web/dev/0b8a.json"),
            """{"pid":123,"username":"alice","hostname":"host","timestamp":"2030-08-21T10:15:30.123456789+02:00"}"""
        );
        _work.Plant("dev", State);
        var exported = await _work.Do("stack", "export");
        _work.Machine.Input = exported;

        (await _work.Run("stack", "import")).ShouldBe(
            new(
                1,
                "",
                $"{Held}  {_work.Url}/.pulumi/locks/organization/web/dev/0b8a.json: created by alice@host (pid 123) at 2030-08-21T10:15:30+02:00\n"
            )
        );
        (await _work.Do("cancel")).ShouldBe("The currently running update for 'dev' has been canceled!\n");
        _work.Machine.Input = exported;
        await _work.Do("stack", "import");
    }

    [Fact]
    public async Task Retained_checkpoints_are_kept_and_backups_can_be_switched_off()
    {
        await _work.Do("stack", "init", "dev");
        _work.Machine.Variables["PULUMI_DIY_BACKEND_RETAIN_CHECKPOINTS"] = "1";
        _work.Machine.Variables["PULUMI_DISABLE_CHECKPOINT_BACKUPS"] = "1";
        _work.Machine.Input = "{\"version\":3,\"deployment\":" + State + "}";

        await _work.Do("stack", "import");

        Directory.GetFiles(_work.InStore("stacks/web"), "dev.json.1*").ShouldHaveSingleItem();
        Directory.Exists(_work.InStore("backups")).ShouldBeFalse();
        (await _work.Do("stack", "ls", "--json")).ShouldContain("\"resourceCount\": 2");
    }

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
    public async Task A_newer_store_is_refused()
    {
        _work.Machine.Write(_work.InStore("meta.yaml"), "version: 2\n");

        (await _work.Run("stack", "ls")).ShouldBe(
            new(1, "", "error: state store unsupported: 'meta.yaml' version (2) is not supported by this version of the Pulumi CLI\n")
        );
    }

    [Fact]
    public async Task A_store_of_the_old_layout_is_an_error_unless_it_is_wanted()
    {
        _work.Machine.Write(_work.InStore("stacks/dev.json"), $$"""{"version":3,"checkpoint":{"stack":"dev","latest":{{State}} } }""");

        (await _work.Run("stack", "ls")).Error.ShouldStartWith("error: " + new string('=', 80) + "\nLegacy DIY state is deprecated");
        File.Exists(_work.InStore("meta.yaml")).ShouldBeFalse();

        _work.Machine.Variables["PULUMI_DIY_BACKEND_IGNORE_DEPRECATION_ERROR"] = "1";
        (await _work.Do("stack", "ls", "--json")).ShouldContain("\"name\": \"dev\"");
        _work.Machine.Input = await _work.Do("stack", "export", "-s", "dev");
        await _work.Do("stack", "import", "-s", "dev");
        Directory.Exists(_work.InStore("locks/dev")).ShouldBeTrue();
        JsonNode.Parse(File.ReadAllText(_work.InStore("stacks/dev.json")))!["checkpoint"]!["stack"]!.GetValue<string>().ShouldBe("dev");
    }

    [Fact]
    public async Task Old_files_in_a_new_store_are_pointed_out()
    {
        await _work.Do("stack", "init", "dev");
        _work.Machine.Write(_work.InStore("stacks/old.json"), """{"version":3,"checkpoint":{"stack":"old"}}""");

        (await _work.Run("stack", "ls")).Error.ShouldBe(
            """
            warning: Found legacy stack files in state store:
              - old
            Please run 'pulumi state upgrade' to migrate them to the new format.
            Set PULUMI_DIY_BACKEND_NO_LEGACY_WARNING=1 to disable this warning.

            """
        );
        _work.Machine.Variables["PULUMI_DIY_BACKEND_NO_LEGACY_WARNING"] = "1";
        (await _work.Run("stack", "ls")).Error.ShouldBe("");
    }

    [Fact]
    public async Task A_folder_that_is_not_there_is_named()
    {
        _work.Machine.Variables["PULUMI_BACKEND_URL"] = "file:///nowhere/at/all";

        (await _work.Run("stack", "ls")).ShouldBe(
            new(
                1,
                "",
                "error: unable to open state directory \"file:///nowhere/at/all\" (resolved to \"/nowhere/at/all\"): no such file or directory\n"
            )
        );
    }

    [Fact]
    public async Task Of_many_that_make_the_same_stack_one_succeeds()
    {
        await _work.Do("stack", "ls");

        var results = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => Task.Run(() => _work.Run("stack", "init", "dev", "--no-select")))
        );

        results.Count(result => result.Exit == 0).ShouldBe(1);
        results.Where(result => result.Exit != 0).ShouldAllBe(result => result.Error.Contains("already exists"));
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

    private void Gzip(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_work.InStore(path))!);
        using var gzip = new GZipStream(File.Create(_work.InStore(path)), CompressionLevel.Fastest);
        gzip.Write(Encoding.UTF8.GetBytes(text));
    }
}
