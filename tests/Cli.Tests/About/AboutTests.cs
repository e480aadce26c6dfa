using System.Text.Json.Nodes;
using Cli.About;
using Cli.Tests.Support;

namespace Cli.Tests.About;

public sealed class AboutTests : IDisposable
{
    private readonly TestMachine _machine = new();

    public void Dispose() => _machine.Dispose();

    [Fact]
    public async Task It_never_asks_and_never_fails()
    {
        _machine.Interactive = true;

        var result = await _machine.Run("about");

        result.Exit.ShouldBe(0);
        result.Out.ShouldStartWith("CLI\nVersion  3.260.0");
        result.Error.ShouldBe(
            "warning: Could not access the backend: PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions\n"
        );
    }

    [Fact]
    public async Task A_broken_project_is_no_reason_to_fail_either()
    {
        _machine.Write(Path.Combine(_machine.Work, "Pulumi.yaml"), "name: [");

        (await _machine.Run("about")).Exit.ShouldBe(0);
    }

    [Fact]
    public async Task The_back_end_is_shown_and_the_token_is_not()
    {
        _machine.Store("https://api.pulumi.com");

        var result = await _machine.Run("about");

        result.Out.ShouldContain(
            "Backend\nName           pulumi.com\nURL            https://app.pulumi.com/alice\nUser           alice\nOrganizations  alice, acme\nToken type     personal\n"
        );
        result.Out.ShouldNotContain("good");
    }

    [Fact]
    public async Task As_json_it_has_the_members_of_the_stock_cli()
    {
        _machine.Store("http://127.0.0.1:9");
        _machine.Write(Path.Combine(_machine.Work, "Pulumi.yaml"), "name: web\nruntime:\n  name: nodejs\n");

        var about = JsonNode.Parse((await _machine.Run("about", "-j")).Out)!.AsObject();

        about
            .Select(member => member.Key)
            .ShouldBe(["plugins", "host", "backend", "currentStack", "cliAbout", "runtime", "dependencies", "errors"]);
        about["backend"]!
            .ToJsonString()
            .ShouldBe("""{"name":"http://127.0.0.1:9","url":"http://127.0.0.1:9","user":"alice","organizations":["alice","acme"]}""");
        about["runtime"]!["language"]!.GetValue<string>().ShouldBe("nodejs");
        about["errors"]!.AsArray().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("NAME=\"Debian GNU/Linux\"\nID=debian\nVERSION_ID=\"12\"", "debian", "12")]
    [InlineData("ID=arch\nBUILD_ID=rolling", "arch", "6.1")]
    [InlineData("", "linux", "6.1")]
    public void The_host_is_named_as_its_distribution_names_itself(string release, string system, string version)
    {
        HostFacts.OfDistribution(release.Split('\n'), "6.1", "x86_64").ShouldBe(new(system, version, "x86_64"));
    }

    [Fact]
    public async Task The_environment_is_listed_and_its_secrets_are_not()
    {
        (_machine.Variables["PULUMI_ACCESS_TOKEN"], _machine.Variables["PULUMI_API"]) = ("hush", "https://a");

        var result = await _machine.Run("about", "env");

        result.Out.ShouldMatch("PULUMI_ACCESS_TOKEN .* \\[secret\\]\n");
        result.Out.ShouldMatch("PULUMI_API .* https://a\n");
        result.Out.ShouldNotContain("hush");
    }
}
