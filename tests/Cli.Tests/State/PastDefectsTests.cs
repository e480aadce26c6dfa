using System.Text.Json.Nodes;
using Cli.Tests.Support;

namespace Cli.Tests.State;

/// <summary>What went wrong with states in the stock CLI at one time or another.</summary>
public sealed class PastDefectsTests : IDisposable
{
    private static readonly string Root = Deployments.Urn("pulumi:pulumi:Stack", "web-dev");
    private static readonly string Logs = Deployments.Urn("aws:s3/bucket:Bucket", "logs");
    private static readonly string Data = Deployments.Urn("aws:s3/bucket:Bucket", "data");
    private static readonly string Aws = Deployments.Urn("pulumi:providers:aws", "default");
    private readonly Workspace _work = new();

    public PastDefectsTests() => _work.Machine.Variables["PULUMI_STACK"] = "dev";

    private JsonArray Resources => _work.State("dev")["resources"]!.AsArray();

    public void Dispose() => _work.Dispose();

    [Fact]
    public async Task Of_two_resources_with_one_urn_the_chosen_one_goes()
    {
        var old = Deployments.Bucket("logs", more: ",\"delete\":true").Replace("logs-1", "logs-0", StringComparison.Ordinal);
        _work.Plant("dev", Deployments.Of(Deployments.Root(), Deployments.Bucket("logs"), old));

        (await _work.Run("state", "rm", Logs)).ShouldBe(
            new(
                1,
                "",
                "error: Resource URN ambiguously referred to multiple resources. Did you mean:\n  logs-1\n  logs-0 (Pending Deletion)\n"
            )
        );
        _work.Machine.Interactive = true;
        _work.Machine.Picks = "logs-0 (Pending Deletion)";
        (await _work.Do("state", "rm", Logs, "--yes")).ShouldEndWith("Resource deleted\n");

        Resources.Select(resource => resource!["id"]?.GetValue<string>()).ShouldBe([null, "logs-1"]);
    }

    [Fact]
    public async Task A_rename_is_followed_by_children_and_by_what_is_deleted_with_it()
    {
        var child = Deployments
            .Bucket("child", more: $",\"deletedWith\":\"{Logs}\"")
            .Replace($"\"parent\":\"{Root}\"", $"\"parent\":\"{Logs}\"", StringComparison.Ordinal);
        _work.Plant("dev", Deployments.Of(Deployments.Root(), Deployments.Bucket("logs"), child));

        await _work.Do("state", "rename", Logs, "archive");

        var archive = Deployments.Urn("aws:s3/bucket:Bucket", "archive");
        Resources[2]!["parent"]!.GetValue<string>().ShouldBe(archive);
        Resources[2]!["deletedWith"]!.GetValue<string>().ShouldBe(archive);
    }

    [Theory]
    [InlineData("rm")]
    [InlineData("protect")]
    [InlineData("unprotect")]
    [InlineData("taint")]
    [InlineData("untaint")]
    [InlineData("rename", "new")]
    public async Task A_stack_that_was_never_updated_has_nothing_to_change(string command, params string[] more)
    {
        await _work.Do("stack", "init", "dev");
        var before = File.ReadAllText(_work.InStore("stacks/web/dev.json"));

        (await _work.Run(["state", command, Logs, .. more])).ShouldBe(new(0, "", ""));

        File.ReadAllText(_work.InStore("stacks/web/dev.json")).ShouldBe(before);
        (await _work.Run("state", "get", "logs")).ShouldBe(new(6, "", "error: no state found for stack dev\n"));
        (await _work.Run("state", "repair")).Exit.ShouldBe(0);
        (await _work.Run("stack", "output")).Exit.ShouldBe(0);
    }

    [Fact]
    public async Task A_provider_that_is_in_use_stays()
    {
        _work.Plant("dev", Deployments.Of(Deployments.Root(), Provider(), Deployments.Bucket("logs", more: $",\"provider\":\"{Aws}::9\"")));

        var refused = await _work.Run("state", "rm", Aws);

        refused.Exit.ShouldBe(1);
        refused.Error.ShouldStartWith($"error: {Aws} can't be safely deleted because the following resources depend on it:\n * \"logs\"  ");
        Resources.Count.ShouldBe(3);
    }

    [Fact]
    public async Task What_is_no_urn_in_an_old_state_is_read()
    {
        _work.Plant("dev", Deployments.Of(Deployments.Root(), "{\"urn\":\"logs\",\"custom\":false,\"type\":\"old\"}"));

        (await _work.Do("stack")).ShouldContain("Current stack resources (2):");
        (await _work.Do("stack", "export")).ShouldContain("\"urn\": \"logs\"");
    }

    [Fact]
    public async Task Resources_move_into_an_empty_stack_and_find_the_provider_that_is_there()
    {
        _work.Plant(
            "dev",
            Deployments.Of(
                Deployments.Root(),
                Provider(),
                Deployments.Bucket("logs", more: $",\"provider\":\"{Aws}::9\""),
                Deployments.Bucket("data", more: $",\"provider\":\"{Aws}::9\"")
            )
        );
        await _work.Do("stack", "init", "prod", "--no-select");

        await _work.Do("state", "move", "--dest", "prod", Logs);
        var state = File.ReadAllText(_work.InStore("stacks/web/prod.json"));
        File.WriteAllText(
            _work.InStore("stacks/web/prod.json"),
            state.Replace("::9\"", "::10\"", StringComparison.Ordinal).Replace("\"id\":\"9\"", "\"id\":\"10\"", StringComparison.Ordinal)
        );
        await _work.Do("state", "move", "--dest", "prod", Data);

        var moved = _work.State("prod")["resources"]!.AsArray();
        moved.Count.ShouldBe(4);
        moved[3]!["provider"]!.GetValue<string>().ShouldBe(Deployments.Urn("pulumi:providers:aws", "default", "prod") + "::10");
        moved[3]!["parent"]!.GetValue<string>().ShouldBe(Deployments.Urn("pulumi:pulumi:Stack", "web-prod", "prod"));
    }

    [Fact]
    public async Task A_provider_that_is_there_with_other_inputs_is_in_the_way()
    {
        _work.Plant("dev", Deployments.Of(Deployments.Root(), Provider(), Deployments.Bucket("logs", more: $",\"provider\":\"{Aws}::9\"")));
        var other = Provider("\"region\":\"eu-west-1\"").Replace("urn:pulumi:dev:", "urn:pulumi:prod:", StringComparison.Ordinal);
        _work.Plant("prod", Deployments.Of(Deployments.Root("prod"), other));

        var refused = await _work.Run("state", "move", "--dest", "prod", Logs);

        refused.Exit.ShouldBe(1);
        refused.Error.ShouldStartWith("error: the provider ");
        Resources.Count.ShouldBe(3);
        _work.State("prod")["resources"]!.AsArray().Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_resource_without_its_parent_hangs_below_the_stack_it_comes_to()
    {
        var child = Deployments
            .Bucket("child")
            .Replace($"\"parent\":\"{Root}\"", $"\"parent\":\"{Logs}\"", StringComparison.Ordinal)
            .Replace("aws:s3/bucket:Bucket::child", "aws:s3/bucket:Bucket$aws:s3/bucket:Bucket::child", StringComparison.Ordinal);
        _work.Plant("dev", Deployments.Of(Deployments.Root(), Deployments.Bucket("logs"), child));
        await _work.Do("stack", "init", "prod", "--no-select");

        await _work.Do("state", "move", "--dest", "prod", Resources[2]!["urn"]!.GetValue<string>());

        var moved = _work.State("prod")["resources"]!.AsArray();
        moved[^1]!["parent"]!.GetValue<string>().ShouldBe(moved[0]!["urn"]!.GetValue<string>());
        Resources.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Secrets_move_into_a_stack_that_had_none()
    {
        await _work.Do("stack", "init", "dev");
        _work.Machine.Input =
            $$"""{"version":3,"deployment":{{Deployments.Of(Deployments.Root(), Provider(Secret), Deployments.Bucket("logs", more: $",\"provider\":\"{Aws}::9\""))}} }""";
        await _work.Do("stack", "import");
        await _work.Do("stack", "init", "prod", "--no-select");

        await _work.Do("state", "move", "--dest", "prod", Logs);

        (await _work.Do("stack", "export", "-s", "prod")).ShouldNotContain("hunter2");
        (await _work.Do("stack", "export", "-s", "prod", "--show-secrets")).ShouldContain("\"plaintext\": \"\\\"hunter2\\\"\"");
        _work.Machine.Input =
            $$"""{"version":3,"deployment":{{Deployments.Of(Deployments.Root(), Provider(Secret), Deployments.Bucket("data", more: $",\"provider\":\"{Aws}::9\""))}} }""";
        await _work.Do("stack", "import");
        await _work.Do("state", "move", "--dest", "prod", Data); // the provider's secret is the same, its ciphertext is not
        _work.State("prod")["resources"]!.AsArray().Count.ShouldBe(4);
    }

    [Fact]
    public async Task What_somebody_else_did_while_a_person_was_asked_is_not_undone()
    {
        _work.Plant("dev", Deployments.Of(Deployments.Root(), Deployments.Bucket("logs")));
        _work.Machine.Interactive = true;
        _work.Machine.Picks = "Yes";
        _work.Machine.Picking = () => _work.Plant("dev", Deployments.Of(Deployments.Root(), Deployments.Bucket("data")));

        var refused = await _work.Run("state", "protect", Logs);

        refused.Exit.ShouldBe(1);
        refused.Error.ShouldBe(
            "error: the state of 'dev' was changed by somebody else meanwhile; nothing was saved. Please run the command again\n"
        );
        Resources[1]!["urn"]!.GetValue<string>().ShouldBe(Data);
    }

    private const string Secret =
        "\"token\":{\"4dabf18193072939515e22adb298388d\":\"1b47061264138c4ac30d75fd1eb44270\",\"plaintext\":\"\\\"hunter2\\\"\"}";

    private static string Provider(string inputs = "") =>
        $$"""{"urn":"{{Aws}}","custom":true,"id":"9","type":"pulumi:providers:aws","inputs":{ {{inputs}} } }""";
}
