using System.Text.Json.Nodes;
using Cli.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace Cli.Tests.Stack;

/// <summary>What went wrong with stacks and their configuration in the stock CLI at one time or another.</summary>
public sealed class PastDefectsTests : IDisposable
{
    private readonly Workspace _work = new();

    public void Dispose() => _work.Dispose();

    [Fact]
    public async Task A_running_update_is_in_progress_and_not_a_long_time_ago()
    {
        await using var cloud = await Cloud(
            """
            {"stacks":[
              {"orgName":"alice","projectName":"web","stackName":"dev","lastUpdate":0,"resourceCount":2},
              {"orgName":"alice","projectName":"web","stackName":"idle"}]}
            """
        );

        (await _work.Do("stack", "ls")).ShouldBe(
            "NAME  LAST UPDATE  RESOURCE COUNT  URL\ndev   in progress  2               n/a\nidle  n/a          n/a             n/a\n"
        );
        var list = JsonNode.Parse(await _work.Do("stack", "ls", "--json"))!.AsArray();
        list[0]!.ToJsonString().ShouldBe("""{"name":"dev","current":false,"updateInProgress":true,"resourceCount":2}""");
        list[1]!.ToJsonString().ShouldBe("""{"name":"idle","current":false}""");
    }

    [Fact]
    public async Task A_cloud_is_asked_for_one_organization_project_and_tag()
    {
        var queries = new List<string>();
        await using var cloud = await Cloud("""{"stacks":[]}""", queries);

        await _work.Do("stack", "ls", "-o", "acme", "-t", "tier=gold");
        await _work.Do("stack", "ls", "--all", "-t", "tier");

        queries.ShouldBe(["?organization=acme&project=web&tagName=tier&tagValue=gold", "?tagName=tier"]);
    }

    [Fact]
    public async Task Selecting_a_stack_asks_for_that_stack_once()
    {
        await using var cloud = await Cloud("""{"orgName":"alice","projectName":"web","stackName":"dev","tags":{},"version":1}""");

        await _work.Do("stack", "select", "alice/web/dev");

        cloud.Lines.Count(line => line.StartsWith("GET /api/stacks/", StringComparison.Ordinal)).ShouldBe(1);
        cloud.Lines.ShouldNotContain("GET /api/user");
        cloud.Lines.ShouldNotContain("GET /api/user/stacks");
    }

    [Fact]
    public async Task Setting_several_values_saves_the_secrets_provider()
    {
        await _work.Do("stack", "init", "dev");
        File.Delete(_work.StackFile("dev"));

        await _work.Do("config", "set-all", "--secret", "password=hunter2", "--plaintext", "size=3");

        File.ReadAllText(_work.StackFile("dev")).ShouldStartWith("encryptionsalt: v1:");
        (await _work.Do("config", "get", "password")).ShouldBe("hunter2\n");
    }

    [Fact]
    public async Task An_empty_value_is_a_value()
    {
        await _work.Do("stack", "init", "dev");

        await _work.Do("config", "set", "empty", "");

        (await _work.Do("config", "get", "empty")).ShouldBe("\n");
        (await _work.Do("config")).ShouldBe("KEY    VALUE\nempty\n");
    }

    [Fact]
    public async Task Names_inside_of_a_path_may_have_colons()
    {
        await _work.Do("stack", "init", "dev");

        await _work.Do("config", "set", "--path", "hosts[\"a:b\"].port", "80");

        (await _work.Do("config", "get", "--path", "hosts[\"a:b\"].port")).ShouldBe("80\n");
    }

    [Fact]
    public async Task The_passphrase_is_asked_for_once_in_a_run()
    {
        await _work.Do("stack", "init", "dev");
        await _work.Do("config", "set", "--secret", "one", "1");
        await _work.Do("config", "set", "--secret", "two", "2");
        _work.Machine.Variables.Remove("PULUMI_CONFIG_PASSPHRASE");
        _work.Machine.Interactive = true;
        _work.Machine.Typed.Enqueue(Workspace.Passphrase);

        (await _work.Do("config", "--show-secrets")).ShouldEndWith("KEY  VALUE\none  1\ntwo  2\n");

        _work.Machine.Typed.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_passphrase_is_looked_for_in_its_variable_then_in_a_file_then_with_the_person()
    {
        await _work.Do("stack", "init", "dev");
        await _work.Do("config", "set", "--secret", "one", "1");
        _work.Machine.Write(Path.Combine(_work.Machine.Work, "wrong.txt"), "wrong horse");
        _work.Machine.Write(Path.Combine(_work.Machine.Work, "right.txt"), Workspace.Passphrase + "\n");
        _work.Machine.Interactive = true;

        _work.Machine.Variables["PULUMI_CONFIG_PASSPHRASE_FILE"] = "wrong.txt";
        (await _work.Do("config", "get", "one")).ShouldBe("1\n");
        _work.Machine.Variables.Remove("PULUMI_CONFIG_PASSPHRASE");
        (await _work.Run("config", "get", "one")).Error.ShouldContain("incorrect passphrase");
        _work.Machine.Variables["PULUMI_CONFIG_PASSPHRASE_FILE"] = "right.txt";
        (await _work.Do("config", "get", "one")).ShouldBe("1\n");
        _work.Machine.Variables.Remove("PULUMI_CONFIG_PASSPHRASE_FILE");
        _work.Machine.Typed.Enqueue(Workspace.Passphrase);
        (await _work.Do("config", "get", "one")).ShouldEndWith("1\n");
        _work.Machine.Typed.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_flag_names_the_stack_that_is_worked_on_whichever_is_selected()
    {
        await _work.Do("stack", "init", "-s", "prod");
        await _work.Do("stack", "init", "-s", "dev");
        _work.Plant("prod", Deployments.Of(Deployments.Root("prod"), Deployments.Bucket("logs", "prod")));

        (await _work.Do("stack", "-s", "prod")).ShouldContain("logs");
        (await _work.Do("state", "protect", "-s", "prod", "--yes", Deployments.Urn("aws:s3/bucket:Bucket", "logs", "prod"))).ShouldContain(
            "protected"
        );

        _work.State("prod")["resources"]![1]!["protect"]!.GetValue<bool>().ShouldBeTrue();
        (await _work.Do("stack", "--show-name")).ShouldBe("dev\n");
    }

    [Theory]
    [InlineData("stack", "rm", "dev")]
    [InlineData("stack", "rm", "dev", "--force")]
    public async Task A_script_has_to_say_yes_before_a_stack_is_removed(params string[] words)
    {
        await _work.Do("stack", "init", "dev");
        _work.Plant("dev", Deployments.Of(Deployments.Root(), Deployments.Bucket("logs")));
        var before = File.ReadAllText(_work.InStore("stacks/web/dev.json"));

        (await _work.Run(words)).ShouldBe(new(1, "", "error: non-interactive mode requires --yes flag\n"));

        File.ReadAllText(_work.InStore("stacks/web/dev.json")).ShouldBe(before);
    }

    [Fact]
    public async Task Declarations_of_a_project_may_be_short_or_long_and_lists()
    {
        _work.Machine.Write(
            Path.Combine(_work.Machine.Work, "Pulumi.yaml"),
            "name: web\nruntime: yaml\nconfig:\n  short: 1\n  text: plain\n  long:\n    type: integer\n    default: 7\n  list:\n    type: array\n    items: {type: string}\n    default: [a, b]\n  untyped:\n    default: x\n"
        );
        await _work.Do("stack", "init", "dev");

        (await _work.Do("config")).ShouldBe("KEY      VALUE\nlist     [\"a\",\"b\"]\nlong     7\nshort    1\ntext     plain\nuntyped  x\n");
    }

    [Theory]
    [InlineData("env", "ls")]
    [InlineData("env", "open", "web/dev")]
    public async Task Environments_are_in_a_cloud_and_a_store_says_so(params string[] words)
    {
        var result = await _work.Run(words);

        (result.Exit, result.Out).ShouldBe((1, ""));
        result.Error.ShouldContain("Pulumi Cloud");
        result.Error.ShouldContain("pulumi login");
    }

    [Fact]
    public async Task The_state_of_a_cloud_is_a_stores_file_after_its_import()
    {
        await _work.Do("stack", "init", "dev");
        _work.Machine.Input =
            $$"""{"version":3,"deployment":{"manifest":{{Deployments.Manifest}},"secrets_providers":{"type":"service","state":{"url":"https://api.pulumi.com","owner":"a","project":"web","stack":"dev"} },"resources":[{{Deployments.Root()}}]} }""";

        await _work.Do("stack", "import");

        var file = JsonNode.Parse(File.ReadAllText(_work.InStore("stacks/web/dev.json")))!;
        file["checkpoint"]!["stack"]!.GetValue<string>().ShouldBe("organization/web/dev");
        file["checkpoint"]!["latest"]!["resources"]!.AsArray().Count.ShouldBe(1);
        file["checkpoint"]!["latest"]!["secrets_providers"]!["type"]!.GetValue<string>().ShouldBe("passphrase");
    }

    [Fact]
    public async Task Editing_without_a_stack_says_so()
    {
        _work.Machine.Interactive = true;

        (await _work.Run("state", "edit")).ShouldBe(new(6, "", "error: this command requires a stack, but there are none\n"));
    }

    [Theory]
    [InlineData("organization//dev")]
    [InlineData("organization/dev")]
    public async Task An_empty_project_in_a_stacks_name_is_the_current_one(string name)
    {
        await _work.Do("stack", "init", name);

        (await _work.Do("stack", "ls", "--json")).ShouldContain("\"name\": \"dev\"");
        File.Exists(_work.InStore("stacks/web/dev.json")).ShouldBeTrue();
    }

    [Fact]
    public async Task An_empty_project_in_the_name_of_a_clouds_stack_is_the_current_one()
    {
        await using var cloud = await Cloud("""{"orgName":"alice","projectName":"web","stackName":"dev","tags":{},"version":1}""");

        await _work.Do("stack", "select", "alice//dev");

        cloud.Lines.ShouldContain("GET /api/stacks/alice/web/dev");
    }

    /// <summary>Nothing is unreadable for root, for whom this is only the search through a folder without a project.</summary>
    [Fact]
    public async Task A_folder_that_may_not_be_read_does_not_end_the_search_for_the_project()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no modes of folders.");
        await _work.Do("stack", "init", "dev");
        var closed = Directory.CreateDirectory(Path.Combine(_work.Machine.Work, "closed")).FullName;
        _work.Machine.Work = Directory.CreateDirectory(Path.Combine(closed, "inner")).FullName;
        File.SetUnixFileMode(closed, UnixFileMode.None);
        try
        {
            (await _work.Do("stack", "ls", "--json")).ShouldContain("\"name\": \"dev\"");
        }
        finally
        {
            File.SetUnixFileMode(closed, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    /// <summary>One that gives the same answer to all that is asked about stacks.</summary>
    private async Task<FakeCloud> Cloud(string answer, List<string>? queries = null)
    {
        var cloud = await FakeCloud.Start();
        cloud.Special = async http =>
        {
            if (
                http.Request.Path.Value is not { } path
                || !(path.EndsWith("/stacks", StringComparison.Ordinal) || path.StartsWith("/api/stacks/", StringComparison.Ordinal))
            )
            {
                return false;
            }
            queries?.Add(http.Request.QueryString.Value!);
            await http.Response.WriteAsync(answer);
            return true;
        };
        _work.Machine.Store(cloud.Url);
        _work.Machine.Variables["PULUMI_BACKEND_URL"] = cloud.Url;
        return cloud;
    }
}
