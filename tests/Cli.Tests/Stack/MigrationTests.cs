using System.Text;
using System.Text.Json.Nodes;
using Cli.Backends.Diy;
using Cli.Secrets;
using Cli.Tests.Secrets;
using Cli.Tests.Support;

namespace Cli.Tests.Stack;

/// <summary>Stacks that move home, between real folders.</summary>
public sealed class MigrationTests : IDisposable
{
    private readonly Workspace _work = new();
    private readonly string _target;

    public MigrationTests()
    {
        var secret =
            $$"""{"4dabf18193072939515e22adb298388d":"1b47061264138c4ac30d75fd1eb44270","ciphertext":"{{PassphraseTests.Hunter2}}"}""";
        var root = Deployments.Root(outputs: $$"""{"password":{{secret}},"size":12345678901234567890}""");
        _work.Plant(
            "dev",
            $$"""{"manifest":{{Deployments.Manifest}},"secrets_providers":{"type":"passphrase","state":{"salt":"{{PassphraseTests.Salt}}"} },"resources":[{{root}},{{Deployments.Bucket("logs")}}],"future":1.50}"""
        );
        _work.Machine.Write(_work.InStore("meta.yaml"), "version: 1\n");
        _work.Machine.Write(_work.InStore("stacks/web/dev.pulumi-tags"), """{"version":1,"tags":{"tier":"gold"}}""");
        _work.Machine.Write(_work.InStore("history/web/dev/dev-17.history.json"), """{"kind":"update","version":4}""");
        _work.Machine.Write(
            _work.StackFile("dev"),
            $"encryptionsalt: {PassphraseTests.Salt}\nconfig:\n  # kept\n  web:password:\n    secure: {PassphraseTests.Hunter2}\n"
        );
        _target = Directory.CreateDirectory(Path.Combine(_work.Store, "..", "target")).FullName;
        _work.Machine.Variables["PULUMI_BACKEND_URL"] = "file://" + _target;
    }

    private JsonObject Arrived =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(_target, ".pulumi/stacks/web/dev.json")))!["checkpoint"]!["latest"]!.AsObject();

    public void Dispose() => _work.Dispose();

    [Fact]
    public async Task Everything_arrives_and_nothing_changes_at_the_source()
    {
        var before = Snapshot();

        (await _work.Do("stack", "migrate", _work.Url, "organization/web/dev", "--yes")).ShouldBe(
            """
            Backed up Pulumi.dev.yaml to Pulumi.dev.yaml.bak
            Migrated stack organization/web/dev from build-7 to build-7.
            Source stack state on build-7 is untouched.

            """
        );

        Snapshot().ShouldBe(before);
        (await _work.Do("stack", "output", "password", "--show-secrets", "-s", "dev")).ShouldBe("hunter2\n");
        (await _work.Do("stack", "output", "size", "-s", "dev")).ShouldBe("12345678901234567890\n");
        (await _work.Do("stack", "tag", "get", "tier", "-s", "dev")).ShouldBe("gold\n");
        (await _work.Do("stack", "history", "-s", "dev")).ShouldStartWith("Version: 4\n");
        Arrived["future"]!.ToJsonString().ShouldBe("1.50");
        var salt = Arrived["secrets_providers"]!["state"]!["salt"]!.GetValue<string>();
        salt.ShouldNotBe(PassphraseTests.Salt);
        var config = File.ReadAllText(_work.StackFile("dev"));
        config.ShouldStartWith($"encryptionsalt: {salt}\nconfig:\n  # kept\n  web:password:\n    secure: v1:");
        PassphraseSecrets.TryUnlock(salt, Workspace.Passphrase)!.Decrypt(config.Split("secure: ")[1].Trim()).ShouldBe("\"hunter2\"");
    }

    [Theory, InlineData(""), InlineData(".gz")]
    public async Task Secrets_of_the_past_go_under_the_new_key_too(string ending)
    {
        var state = File.ReadAllText(_work.InStore("stacks/web/dev.json"));
        Plant("18.checkpoint.json", state);
        Plant(
            "18.history.json",
            $$"""{"kind":"update","version":5,"config":{"web:plain":"é","web:password":{"secure":"{{PassphraseTests.Hunter2}}"} } }"""
        );
        Plant("19.history.json", """{"kind":"update","version":6,"config":{"web:password":{"secure":"v1:AAAA:BBBB"} } }""");

        var result = await _work.Run("stack", "migrate", _work.Url, "dev", "--target", "prod", "--yes");

        result.Exit.ShouldBe(0);
        result.Error.ShouldStartWith($"warning: '.pulumi/history/web/dev/dev-19.history.json{ending}' of the history is copied as it is");
        foreach (var file in new[] { "18.checkpoint.json", "18.history.json" })
        {
            Arrival(file).ShouldNotContain(PassphraseTests.Hunter2);
        }
        Arrival("18.history.json").ShouldContain("\"web:plain\":\"é\"");
        var checkpoint = JsonNode.Parse(Arrival("18.checkpoint.json"))!["checkpoint"]!;
        checkpoint["stack"]!.GetValue<string>().ShouldBe("organization/web/prod");
        var salt = checkpoint["latest"]!["secrets_providers"]!["state"]!["salt"]!.GetValue<string>();
        salt.ShouldBe(PassphraseSalt("prod"));
        (await _work.Do("stack", "history", "-s", "prod", "--json", "--show-secrets")).ShouldContain("\"value\": \"\\\"hunter2\\\"\"");

        void Plant(string name, string text) =>
            File.WriteAllBytes(
                Path.Combine(Directory.CreateDirectory(_work.InStore("history/web/dev")).FullName, $"dev-{name}{ending}"),
                Compression.Pack(ending, Encoding.UTF8.GetBytes(text))
            );

        string Arrival(string name)
        {
            var path = Path.Combine(_target, $".pulumi/history/web/prod/prod-{name}{ending}");
            return Encoding.UTF8.GetString(Compression.Unpack(path, File.ReadAllBytes(path)));
        }

        string PassphraseSalt(string stack) => File.ReadAllText(_work.StackFile(stack)).Split('\n')[0].Split(": ")[1];
    }

    [Fact]
    public async Task The_past_is_read_with_the_key_that_the_file_named_before_it_changed()
    {
        _work.Machine.Write(
            _work.InStore("history/web/dev/dev-18.history.json"),
            $$"""{"kind":"update","version":5,"config":{"web:password":{"secure":"{{PassphraseTests.Hunter2}}"} } }"""
        );

        (await _work.Run("stack", "migrate", _work.Url, "dev", "--yes")).Error.ShouldBe("");

        (await _work.Do("stack", "history", "-s", "dev", "--json", "--show-secrets")).ShouldContain("\"value\": \"\\\"hunter2\\\"\"");
    }

    [Fact]
    public async Task It_may_get_another_name()
    {
        await _work.Do("stack", "migrate", _work.Url, "dev", "--target", "prod", "--yes");

        (await _work.Do("stack", "-s", "prod", "--show-urns")).ShouldContain(Deployments.Urn("aws:s3/bucket:Bucket", "logs", "prod"));
        File.Exists(_work.StackFile("prod")).ShouldBeTrue();
    }

    [Fact]
    public async Task An_interrupted_migration_goes_on()
    {
        await _work.Do("stack", "migrate", _work.Url, "dev", "--yes");
        var config = File.ReadAllText(_work.StackFile("dev"));
        // As if the process had ended before the state arrived.
        _work.Machine.Write(
            Path.Combine(_target, ".pulumi/stacks/web/dev.json"),
            """{"version":3,"checkpoint":{"stack":"organization/web/dev"}}"""
        );

        await _work.Do("stack", "migrate", _work.Url, "dev", "--yes");

        File.ReadAllText(_work.StackFile("dev")).ShouldBe(config);
        (await _work.Do("stack", "output", "password", "--show-secrets", "-s", "dev")).ShouldBe("hunter2\n");
        (await _work.Run("stack", "migrate", _work.Url, "dev", "--yes")).ShouldBe(
            new(
                1,
                "",
                "error: target stack \"organization/web/dev\" already exists in build-7; remove it first or pick another name with --target\n"
            )
        );
    }

    [Fact]
    public async Task What_cannot_be_is_told_before_anything_is_done()
    {
        (await _work.Run("stack", "migrate", "file://" + _target, "dev", "--yes")).ShouldBe(
            new(1, "", $"error: source and target backends are the same (file://{_target}); nothing to migrate\n")
        );
        (await _work.Run("stack", "migrate", _work.Url, "nope", "--yes")).ShouldBe(
            new(6, "", "error: source stack \"organization/web/nope\" not found in backend build-7\n")
        );
        (await _work.Run("stack", "migrate", _work.Url, "dev")).ShouldBe(new(1, "", "error: non-interactive mode requires --yes flag\n"));
        _work.Machine.Interactive = true;
        _work.Machine.Typed.Enqueue("no");
        (await _work.Run("stack", "migrate", _work.Url, "dev")).Out.ShouldEndWith(
            "Continue?\nType `yes` to continue: \nMigration cancelled\n"
        );
        File.Exists(Path.Combine(_target, ".pulumi/stacks/web/dev.json")).ShouldBeFalse();
    }

    private Dictionary<string, string> Snapshot() =>
        Directory
            .GetFiles(_work.Store, "*", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .ToDictionary(path => path, File.ReadAllText);
}
