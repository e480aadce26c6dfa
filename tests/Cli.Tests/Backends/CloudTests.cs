using System.Text.Json.Nodes;
using Cli.Tests.Support;
using Support;

namespace Cli.Tests.Backends;

/// <summary>Stacks on the real server.</summary>
public sealed class CloudTests : IAsyncLifetime
{
    private readonly Workspace _work = new();
    private TestServer _server = null!;

    private string Url => _server.Url.ToString().TrimEnd('/');

    public async ValueTask InitializeAsync()
    {
        _server = await TestServer.Start();
        _work.Machine.Variables["PULUMI_ACCESS_TOKEN"] = await _server.TokenOf(await _server.AddAccount("alice"));
        _work.Machine.Variables["PULUMI_BACKEND_URL"] = Url;
        _work.Machine.Variables["PULUMI_CONSOLE_DOMAIN"] = "console.test";
        await _work.Run("login");
    }

    public async ValueTask DisposeAsync()
    {
        _work.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_stack_is_made_shown_listed_tagged_and_removed()
    {
        (await _work.Run("stack", "init", "dev")).ShouldBe(new(0, "", "Created stack 'dev'\n"));
        File.Exists(_work.StackFile("dev")).ShouldBeFalse();
        (await _work.Run("stack", "init", "dev")).ShouldBe(new(1, "", "error: stack 'alice/web/dev' already exists\n"));

        (await _work.Do("stack")).ShouldBe(
            $"""
            Current stack is dev:
                Managed by {Url}
                Owner: alice
                Version: 0
                Tags:
                    pulumi:description  A site
                    pulumi:project      web
                    pulumi:runtime      yaml
                No updates yet; run `pulumi up`
            Current stack resources (0):
                No resources currently in this stack

            More information at: http://console.test/alice/web/dev

            Use `pulumi stack select` to change stack; `pulumi stack ls` lists known ones

            """
        );
        (await _work.Do("stack", "ls")).ShouldBe(
            """
            NAME  LAST UPDATE  RESOURCE COUNT  URL
            dev*  n/a          n/a             http://console.test/alice/web/dev

            """
        );
        await _work.Do("stack", "tag", "set", "tier", "gold");
        (await _work.Do("stack", "tag", "get", "tier")).ShouldBe("gold\n");
        (await _work.Do("stack", "ls", "--tag", "tier=tin", "--json")).ShouldBe("[]\n");
        (await _work.Do("project", "ls")).ShouldBe("NAME  STACKS\nweb   1\n");
        (await _work.Do("stack", "rm", "--yes")).ShouldBe("Stack 'dev' has been removed!\n");
        (await _work.Run("stack", "select", "dev")).ShouldBe(new(6, "", "error: no stack named 'dev' found\n"));
    }

    [Fact]
    public async Task States_go_there_and_back_and_every_change_is_a_version()
    {
        await Import();

        (await _work.Do("stack", "export")).ShouldContain("\"size\": 12345678901234567890");
        (await _work.Do("stack", "ls", "--json")).ShouldContain("\"resourceCount\": 2");
        (await _work.Do("state", "protect", Deployments.Urn("aws:s3/bucket:Bucket", "logs"))).ShouldBe("1 resources protected\n");
        (await _work.Do("stack", "export")).ShouldContain("\"protect\": true");
        (await _work.Do("stack", "export", "--version", "1")).ShouldNotContain("\"protect\": true");
        (await _work.Do("stack", "history")).ShouldStartWith("Version: 2\nUpdateKind: import\nStatus: succeeded\n");
        JsonNode.Parse(await _work.Do("stack", "history", "--json"))!.AsArray().Count.ShouldBe(2);
        (await _work.Run("stack", "rm", "--yes")).Error.ShouldStartWith("error: 'dev' still has resources; removal rejected.");

        (await _work.Do("stack", "rename", "prod")).ShouldBe("Renamed dev to prod\n");
        (await _work.Do("stack", "export")).ShouldContain(Deployments.Urn("aws:s3/bucket:Bucket", "logs", "prod"));
        (await _work.Do("stack", "--show-name")).ShouldBe("prod\n");
        (await _work.Do("stack", "rm", "--yes", "--force")).ShouldBe("Stack 'prod' has been removed!\n");
    }

    [Fact]
    public async Task The_service_keeps_secrets_and_a_passphrase_may_take_over()
    {
        await Import(
            outputs: """{"password":{"4dabf18193072939515e22adb298388d":"1b47061264138c4ac30d75fd1eb44270","plaintext":"\"hunter2\""}}"""
        );
        var state = await _work.Do("stack", "export");
        state.ShouldContain("\"type\": \"service\"");
        state.ShouldNotContain("hunter2");
        (await _work.Do("stack", "output", "password")).ShouldBe("[secret]\n");
        (await _work.Do("stack", "output", "password", "--show-secrets")).ShouldBe("hunter2\n");

        _work.Machine.Input = "ocean 27 lantern\n";
        await _work.Do("stack", "change-secrets-provider", "passphrase");
        (await _work.Do("stack", "export")).ShouldContain("\"type\": \"passphrase\"");
        _work.Machine.Variables["PULUMI_CONFIG_PASSPHRASE"] = "ocean 27 lantern";
        (await _work.Do("stack", "output", "password", "--show-secrets")).ShouldBe("hunter2\n");
        await _work.Do("stack", "change-secrets-provider", "default");
        File.ReadAllText(_work.StackFile("dev")).ShouldBe("");
        (await _work.Do("stack", "output", "password", "--show-secrets")).ShouldBe("hunter2\n");
    }

    [Fact]
    public async Task A_stack_of_the_cloud_moves_to_a_folder_and_back_under_another_name()
    {
        await Import(
            outputs: """{"password":{"4dabf18193072939515e22adb298388d":"1b47061264138c4ac30d75fd1eb44270","plaintext":"\"hunter2\""}}"""
        );
        await _work.Do("stack", "tag", "set", "tier", "gold");
        _work.Machine.Variables["PULUMI_BACKEND_URL"] = _work.Url;

        (await _work.Do("stack", "migrate", Url, "alice/web/dev", "--yes")).ShouldContain("Migrated stack alice/web/dev from");
        (await _work.Do("stack", "output", "password", "--show-secrets", "-s", "dev")).ShouldBe("hunter2\n");
        var there = await _work.Do("stack", "history", "--json", "-s", "dev");
        _work.Machine.Variables["PULUMI_BACKEND_URL"] = Url;
        there.ShouldBe(await _work.Do("stack", "history", "--json", "-s", "dev"));
        there.ShouldContain("\"kind\": \"import\"");

        await _work.Do("stack", "migrate", _work.Url, "dev", "--target", "copy", "--yes");
        (await _work.Do("stack", "output", "password", "--show-secrets", "-s", "copy")).ShouldBe("hunter2\n");
        (await _work.Do("stack", "tag", "get", "tier", "-s", "copy")).ShouldBe("gold\n");
    }

    [Fact]
    public async Task Organizations_have_a_default()
    {
        (await _work.Do("org")).ShouldBe($"Current Backend: {Url}\nDefault Org: alice\n");
        (await _work.Run("org", "set-default", "acme")).ShouldBe(new(0, "", ""));
        (await _work.Do("org", "get-default")).ShouldBe("acme\n");
        _work.Machine.Variables["PULUMI_DEFAULT_ORGANIZATION"] = "other";
        (await _work.Do("org", "get-default")).ShouldBe("other\n");
        _work.Machine.Variables["PULUMI_BACKEND_URL"] = _work.Url;
        (await _work.Run("org", "get-default")).ShouldBe(
            new(1, "", "error: backends of this type \"build-7\" do not support organizations\n")
        );
        (await _work.Run("org", "set-default", "x")).ShouldBe(
            new(1, "", "error: unable to set a default organization for backend type: build-7\n")
        );
    }

    [Fact]
    public async Task The_console_is_opened_at_the_stack()
    {
        (await _work.Do("console")).ShouldBe("No stack is currently selected. Run `pulumi stack select` to select a stack.\n");
        (await _work.Do("console", "-s", "dev")).ShouldBe("Stack 'dev' does not exist. Run `pulumi stack init` to create a new stack.\n");
        await _work.Do("stack", "init", "dev");
        (await _work.Do("console")).ShouldBe(
            "We couldn't launch your web browser for some reason. \nPlease visit: http://console.test/alice/web/dev"
        );
        var opened = new List<string>();
        _work.Machine.Browser = url =>
        {
            opened.Add(url.ToString());
            return Task.FromResult(true);
        };
        (await _work.Do("console")).ShouldBe("");
        opened.ShouldBe(["http://console.test/alice/web/dev"]);
    }

    [Fact]
    public async Task Cancelling_needs_an_update()
    {
        await _work.Do("stack", "init", "dev");

        (await _work.Run("cancel")).ShouldBe(new(1, "", "error: stack dev has never been updated\n"));
    }

    private async Task Import(string outputs = "{}")
    {
        await _work.Do("stack", "init", "dev");
        _work.Machine.Input =
            $$"""{"version":3,"deployment":{{Deployments.Of(Deployments.Root(outputs: outputs), Deployments.Bucket("logs"))}} }""";
        (await _work.Do("stack", "import")).ShouldBe("Import complete.\n");
    }
}
