using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Cli.Tests.Support;

namespace Cli.Tests.Backends;

/// <summary>What a store of stacks looks like, wherever it is. Its files are shared with the stock CLI.</summary>
public abstract class StoreTests : IAsyncLifetime
{
    private const string Held =
        "error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete the lock file with `pulumi cancel`.\n";

    // Made with the reference program: zstd 1.5.
    private const string ZstdEntry = "KLUv/QRouQEAeyJraW5kIjoidXBkYXRlIiwidmVyc2lvbiI6OCwic3RhcnRUaW1lIjozLCJlbmRUaW1lIjo0fS8zEdE=";

    private protected static readonly string State = Deployments.Of(Deployments.Root(), Deployments.Bucket("logs"));

    /// <summary>What an error of an address from the environment ends with.</summary>
    private protected const string Origin =
        "\n\nThis backend comes from the PULUMI_BACKEND_URL environment variable, which takes precedence over `pulumi login`. Unset it to log in to a different backend.\n";

    private protected readonly Workspace _work = new();
    private protected StoreHome _home = null!;

    public async ValueTask InitializeAsync()
    {
        _home = await Open();
        _work.Machine.Variables["PULUMI_BACKEND_URL"] = _home.Url;
    }

    public async ValueTask DisposeAsync()
    {
        await (_home?.DisposeAsync() ?? ValueTask.CompletedTask); // null where the test was skipped
        _work.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>An empty store, and what the machine needs to know to use it.</summary>
    private protected abstract Task<StoreHome> Open();

    [Fact]
    public async Task What_is_exported_is_imported_byte_for_byte_with_a_backup_of_what_was()
    {
        await _work.Do("stack", "init", "dev");
        await Plant("dev", State.Replace("\"metadata\":{ } }", "\"metadata\":{},\"unknown\":{\"é\":1.50}}", StringComparison.Ordinal));
        var before = await _home.Text("stacks/web/dev.json");
        var exported = await _work.Do("stack", "export");
        exported.ShouldStartWith("{\n    \"version\": 3,\n    \"deployment\": {\n        \"manifest\": {\n            \"time\": \"2030");
        exported.ShouldContain("\"unknown\": {\n            \"é\": 1.50\n        }");
        _work.Machine.Input = exported;

        (await _work.Do("stack", "import")).ShouldBe("Import complete.\n");

        (await _home.Text("stacks/web/dev.json")).ShouldBe(before);
        (await _home.Text("stacks/web/dev.json.bak")).ShouldBe(before);
        var backup = (await _home.Keys("backups/web/dev/")).ShouldHaveSingleItem();
        backup.ShouldMatch(@"^backups/web/dev/dev\.\d{19}\.json$");
        (await _home.Text(backup)).ShouldBe(before);
        (await _home.Keys("locks/")).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("PULUMI_DIY_BACKEND_GZIP", ".gz")]
    [InlineData("PULUMI_DIY_BACKEND_ZSTD", ".zst")]
    [InlineData("PULUMI_SELF_MANAGED_STATE_ZSTD", ".zst")]
    public async Task A_store_may_be_compressed_and_changes_when_it_is_written(string variable, string ending)
    {
        await _work.Do("stack", "init", "dev");
        await Plant("dev", State);
        var exported = await _work.Do("stack", "export");
        _work.Machine.Variables[variable] = "true";
        _work.Machine.Input = exported;

        await _work.Do("stack", "import");

        (await _home.Keys("stacks/web/")).ShouldBe(["stacks/web/dev.json.bak", "stacks/web/dev.json" + ending], ignoreOrder: true);
        _work.Machine.Variables.Remove(variable);
        (await _work.Do("stack", "export")).ShouldBe(exported);
        (await _work.Do("stack", "ls", "--json")).ShouldContain("\"resourceCount\": 2");
    }

    [Fact]
    public async Task Compressed_state_and_history_of_the_stock_program_are_read()
    {
        await _home.Write(
            "stacks/web/dev.json.gz",
            Gzip($$"""{"version":3,"checkpoint":{"stack":"organization/web/dev","latest":{{State}} } }""")
        );
        await _home.Write(
            "history/web/dev/dev-1900000000000000001.history.json.gz",
            Gzip("""{"kind":"update","version":7,"startTime":1,"endTime":2}""")
        );
        await _home.Write("history/web/dev/dev-1900000000000000002.history.json.zst", Convert.FromBase64String(ZstdEntry));

        (await _work.Do("stack", "history", "-s", "dev")).ShouldStartWith("Version: 8\nUpdateKind: update\n");
        (await _work.Do("stack", "ls", "--json")).ShouldContain("\"resourceCount\": 2");
    }

    [Theory, InlineData(".gz"), InlineData(".zst")]
    public async Task A_damaged_compressed_state_is_named(string ending)
    {
        await _work.Do("stack", "ls");
        var whole = ending == ".gz" ? Gzip("{}") : Convert.FromBase64String(ZstdEntry);
        foreach (var damaged in new[] { [1, 2, 3, 4, 5, 6, 7, 8], whole[..^6], [.. whole[..8], 255, .. whole[9..]] })
        {
            await _home.Write($"stacks/web/dev.json{ending}", damaged);

            var error = (await _work.Run("stack", "export", "-s", "dev")).Error;

            error.ShouldStartWith("error: could not ");
            error.ShouldContain("'.pulumi/stacks/web/dev.json");
        }
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
        await _home.Write(
            "locks/organization/web/dev/0b8a.json",
            """{"pid":123,"username":"alice","hostname":"host","timestamp":"2030-08-21T10:15:30.123456789+02:00"}"""
        );
        await Plant("dev", State);
        var exported = await _work.Do("stack", "export");
        _work.Machine.Input = exported;

        (await _work.Run("stack", "import")).ShouldBe(
            new(
                1,
                "",
                $"{Held}  {_home.Show("locks/organization/web/dev/0b8a.json")}: created by alice@host (pid 123) at 2030-08-21T10:15:30+02:00\n"
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

        (await _home.Keys("stacks/web/dev.json.1")).ShouldHaveSingleItem();
        (await _home.Keys("backups/")).ShouldBeEmpty();
        (await _work.Do("stack", "ls", "--json")).ShouldContain("\"resourceCount\": 2");
    }

    [Fact]
    public async Task A_newer_store_is_refused()
    {
        await _home.Write("meta.yaml", "version: 2\n");

        (await _work.Run("stack", "ls")).ShouldBe(
            new(1, "", "error: state store unsupported: 'meta.yaml' version (2) is not supported by this version of the Pulumi CLI\n")
        );
    }

    [Fact]
    public async Task A_store_of_the_old_layout_is_an_error_unless_it_is_wanted()
    {
        await _home.Write("stacks/dev.json", $$"""{"version":3,"checkpoint":{"stack":"dev","latest":{{State}} } }""");

        (await _work.Run("stack", "ls")).Error.ShouldStartWith("error: " + new string('=', 80) + "\nLegacy DIY state is deprecated");
        (await _home.Read("meta.yaml")).ShouldBeNull();

        _work.Machine.Variables["PULUMI_DIY_BACKEND_IGNORE_DEPRECATION_ERROR"] = "1";
        (await _work.Do("stack", "ls", "--json")).ShouldContain("\"name\": \"dev\"");
        _work.Machine.Input = await _work.Do("stack", "export", "-s", "dev");
        await _work.Do("stack", "import", "-s", "dev");
        (await _home.Keys("locks/")).ShouldBeEmpty();
        JsonNode.Parse(await _home.Text("stacks/dev.json"))!["checkpoint"]!["stack"]!.GetValue<string>().ShouldBe("dev");
    }

    [Fact]
    public async Task Old_files_in_a_new_store_are_pointed_out()
    {
        await _work.Do("stack", "init", "dev");
        await _home.Write("stacks/old.json", """{"version":3,"checkpoint":{"stack":"old"}}""");

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
    public async Task A_stack_lives_from_its_making_to_its_end()
    {
        await _work.Do("stack", "init", "dev");
        await _work.Do("stack", "tag", "set", "tier", "gold");
        (await _home.Text("meta.yaml")).ShouldBe("version: 1\n");
        (await _home.Text("stacks/web/dev.pulumi-tags")).ShouldBe("""{"version":1,"tags":{"tier":"gold"}}""");
        await _home.Write("history/web/dev/dev-17.history.json", """{"kind":"update","version":4}""");
        await Plant("dev", State);

        await _work.Do("stack", "rename", "prod");

        (await _work.Do("stack", "tag", "get", "tier")).ShouldBe("gold\n");
        (await _work.Do("stack", "history")).ShouldStartWith("Version: 4\n");
        (await _work.Do("stack", "--show-urns")).ShouldContain(Deployments.Urn("aws:s3/bucket:Bucket", "logs", "prod"));
        await _work.Do("stack", "rm", "--yes", "--force", "--remove-backups", "prod");
        (await _home.Keys("")).ShouldBe(["meta.yaml", "stacks/web/dev.json.bak"]);
        (await _work.Do("stack", "ls", "--all")).ShouldBe("NAME  LAST UPDATE  RESOURCE COUNT\n");
    }

    [Fact]
    public async Task Listings_have_more_than_one_page()
    {
        await _work.Do("stack", "ls");
        foreach (var number in Enumerable.Range(0, 1_100))
        {
            await _home.Write(
                $"stacks/web/s{number:0000}.json",
                $$$"""{"version":3,"checkpoint":{"stack":"organization/web/s{{{number:0000}}}"}}"""
            );
        }

        var names = JsonNode.Parse(await _work.Do("stack", "ls", "--json"))!.AsArray().Select(stack => stack!["name"]!.GetValue<string>());

        names.ShouldBe(Enumerable.Range(0, 1_100).Select(number => $"s{number:0000}"));
    }

    [Fact]
    public async Task A_login_opens_the_store_and_a_logout_forgets_it()
    {
        _work.Machine.Variables.Remove("PULUMI_BACKEND_URL");

        (await _work.Run("login", _home.Url)).ShouldBe(new(0, $"Logged in to build-7 as operator ({_home.Url})\n", ""));

        (await _home.Text("meta.yaml")).ShouldBe("version: 1\n");
        _work.Machine.Credentials["current"]!.GetValue<string>().ShouldBe(_home.Url);
        (await _work.Do("whoami", "--verbose")).ShouldContain($"Backend URL: {_home.Url}\n");
        await _work.Do("stack", "init", "dev");
        (await _work.Do("about")).ShouldContain(_home.Url);
        (await _work.Do("logout")).ShouldBe($"Logged out of {_home.Url}\n");
    }

    /// <summary>What the program says of an address that does not work, up to where it tells where that came from.</summary>
    private protected async Task<string> Fault(string url)
    {
        _work.Machine.Variables["PULUMI_BACKEND_URL"] = url;
        var result = await _work.Run("stack", "ls");
        (result.Exit, result.Out).ShouldBe((1, ""));
        result.Error.ShouldEndWith(Origin);
        return result.Error[..^Origin.Length] + "\n";
    }

    private protected Task Plant(string stack, string latest) =>
        _home.Write(
            $"stacks/web/{stack}.json",
            $$$"""{"version":3,"checkpoint":{"stack":"organization/web/{{{stack}}}","latest":{{{latest}}}}}"""
        );

    private static byte[] Gzip(string text)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }
        return packed.ToArray();
    }
}
