using System.Text.Json.Nodes;
using Cli.Tests.Support;

namespace Cli.Tests.State;

/// <summary>Edits of states, on real files.</summary>
public sealed class StateCommandTests : IDisposable
{
    private const string Hint =
        "To list the resource URNs in the stack, run `pulumi stack --show-urns`; to inspect the full state, run `pulumi stack export`.\n";

    private static readonly string Logs = Deployments.Urn("aws:s3/bucket:Bucket", "logs");
    private static readonly string Data = Deployments.Urn("aws:s3/bucket:Bucket", "data");
    private static readonly string Aws = Deployments.Urn("pulumi:providers:aws", "default");
    private static readonly string Stack = Deployments.Urn("pulumi:pulumi:Stack", "web-dev");
    private readonly Workspace _work = new();

    public StateCommandTests()
    {
        _work.Machine.Variables["PULUMI_STACK"] = "dev";
        _work.Plant(
            "dev",
            Deployments.Of(
                Deployments.Root(),
                $$"""{"urn":"{{Aws}}","custom":true,"id":"9","type":"pulumi:providers:aws"}""",
                Deployments.Bucket("logs", more: $",\"provider\":\"{Aws}::9\",\"future\":1e400"),
                Deployments.Bucket(
                    "data",
                    more: $",\"protect\":true,\"dependencies\":[\"{Logs}\"],\"propertyDependencies\":{{\"x\":[\"{Logs}\"]}}"
                )
            )
        );
    }

    private string[] Urns => [.. Resources.Select(resource => resource!["urn"]!.GetValue<string>())];
    private JsonArray Resources => _work.State("dev")["resources"]!.AsArray();

    public void Dispose() => _work.Dispose();

    [Fact]
    public async Task What_others_depend_on_is_kept()
    {
        (await _work.Run("state", "rm", Logs)).ShouldBe(
            new(
                1,
                "",
                $"""
                error: {Logs} can't be safely deleted because the following resources depend on it:
                 * "data"         ({Data})

                Delete those resources first or pass --target-dependents.

                """
            )
        );
        (await _work.Run("state", "rm", Data)).ShouldBe(
            new(
                1,
                "",
                $"error: {Data} can't be safely deleted because it is protected. Re-run this command with --force to force deletion\n"
            )
        );
        Urns.ShouldBe([Stack, Aws, Logs, Data]);
        File.Exists(_work.InStore("stacks/web/dev.json.bak")).ShouldBeFalse();
    }

    [Fact]
    public async Task Resources_are_deleted_and_the_rest_stays_as_it_was()
    {
        (await _work.Do("state", "delete", Data, "--force")).ShouldBe("Resource deleted\n");
        Urns.ShouldBe([Stack, Aws, Logs]);
        File.ReadAllText(_work.InStore("stacks/web/dev.json")).ShouldContain("\"future\":1e400");
        File.ReadAllText(_work.InStore("stacks/web/dev.json")).ShouldContain("12345678901234567890");

        (await _work.Do("state", "rm", Aws, "--target-dependents")).ShouldBe("2 resources deleted\n");
        (await _work.Do("state", "rm", "--all")).ShouldBe("Resources deleted\n");
        Urns.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_urn_that_is_none_and_one_that_is_unknown_are_told_apart()
    {
        (await _work.Run("state", "rm", "logs")).ShouldBe(new(1, "", $"error: \"logs\" is not a valid resource URN\n{Hint}"));
        (await _work.Run("state", "protect", Logs + "x")).ShouldBe(
            new(
                1,
                "",
                $"error: No such resource \"{Logs}x\" exists in the current state\nDid you mean:\n  {Logs}\n  {Data}\n  {Stack}\n{Hint}"
            )
        );
        (await _work.Run("state", "rm")).ShouldBe(new(1, "", "error: Must supply <resource URN> unless pulumi is run interactively\n"));
        (await _work.Run("state", "rm", Logs, "--all")).ShouldBe(
            new(1, "", "error: cannot specify a resource URN when deleting all resources\n")
        );
    }

    [Fact]
    public async Task A_person_picks_a_resource_and_confirms()
    {
        _work.Machine.Interactive = true;
        _work.Machine.Picks = "No";
        (await _work.Run("state", "taint", Logs)).ShouldBe(
            new(1, "warning: This command will edit your stack's state directly. Confirm? No | Yes\nconfirmation declined\n", "")
        );
        _work.Machine.Picks = Logs;
        (await _work.Run("state", "taint", "--yes")).Out.ShouldBe(
            $"Select a resource to taint: {Stack} | {Aws} | {Logs} | {Data}\n1 resources tainted\n"
        );
        _work.Machine.Variables["PULUMI_SKIP_CONFIRMATIONS"] = "true";
        (await _work.Do("state", "taint", Data)).ShouldBe("1 resources tainted\n");
    }

    [Fact]
    public async Task Flags_are_set_and_cleared()
    {
        (await _work.Do("state", "protect", Logs)).ShouldBe("1 resources protected\n");
        Resources[2]!["protect"]!.GetValue<bool>().ShouldBeTrue();
        (await _work.Do("state", "unprotect", "--all")).ShouldBe("All resources unprotected\n");
        Resources.ShouldAllBe(resource => !resource!.AsObject().ContainsKey("protect"));

        (await _work.Do("state", "taint", Logs, Data)).ShouldBe("2 resources tainted\n");
        var file = JsonNode.Parse(File.ReadAllText(_work.InStore("stacks/web/dev.json")))!;
        file["version"]!.GetValue<int>().ShouldBe(4);
        file["features"]!.ToJsonString().ShouldBe("[\"taint\"]");
        (await _work.Do("state", "untaint", "--all")).ShouldBe("All resources untainted\n");
        (await _work.Run("state", "taint", "--all")).ShouldBe(new(1, "", "error: unknown flag: --all\n"));
    }

    [Fact]
    public async Task A_renamed_resource_takes_its_references_along()
    {
        (await _work.Do("state", "rename", Logs, "archive")).ShouldBe("Resource renamed\n");

        var archive = Deployments.Urn("aws:s3/bucket:Bucket", "archive");
        Urns.ShouldBe([Stack, Aws, archive, Data]);
        Resources[3]!["dependencies"]!.ToJsonString().ShouldBe($"[\"{archive}\"]");
        Resources[3]!["propertyDependencies"]!["x"]!.ToJsonString().ShouldBe($"[\"{archive}\"]");
        (await _work.Do("state", "rename", Aws, "mine")).ShouldBe("Resource renamed\n");
        Resources[2]!["provider"]!.GetValue<string>().ShouldBe(Deployments.Urn("pulumi:providers:aws", "mine") + "::9");

        (await _work.Run("state", "rename", archive, "data")).ShouldBe(
            new(1, "", "error: The chosen new urn for the state corresponds to an already existing resource\n")
        );
        (await _work.Run("state", "rename", "x", "y")).ShouldBe(new(1, "", "error: The provided input URN is not valid\n"));
    }

    [Fact]
    public async Task One_resource_is_shown_by_urn_or_name()
    {
        (await _work.Do("state", "get", "logs")).ShouldBe(
            $"Type: aws:s3/bucket:Bucket\nURN:  {Logs}\nID:   logs-1\nInputs:\n    size: 12345678901234567890\nOutputs:\n"
        );
        (await _work.Do("state", "get", Logs, "--output", "json")).ShouldBe(
            $$"""
            {
              "urn": "{{Logs}}",
              "id": "logs-1",
              "type": "aws:s3/bucket:Bucket",
              "inputs": {
                "size": 12345678901234567890
              },
              "outputs": {}
            }

            """
        );
    }

    [Fact]
    public async Task Resources_move_with_their_providers_to_another_stack()
    {
        _work.Plant("prod", Deployments.Of());

        (await _work.Do("state", "move", "--source", "dev", "--dest", "prod", Logs)).ShouldBe(
            $"""
            Planning to move the following resources from organization/web/dev to organization/web/prod:

              - {Logs}

            The following resources remaining in organization/web/dev have dependencies on resources moved to organization/web/prod:

              - {Data} has a dependency on {Logs}

            Successfully moved resources from organization/web/dev to organization/web/prod

            """
        );

        Urns.ShouldBe([Stack, Aws, Data]);
        Resources[2]!["dependencies"]!.AsArray().ShouldBeEmpty();
        var moved = _work.State("prod")["resources"]!.AsArray();
        moved
            .Select(resource => resource!["urn"]!.GetValue<string>())
            .ShouldBe([
                Deployments.Urn("pulumi:pulumi:Stack", "web-prod", "prod"),
                Deployments.Urn("pulumi:providers:aws", "default", "prod"),
                Deployments.Urn("aws:s3/bucket:Bucket", "logs", "prod"),
            ]);
        moved[2]!["parent"]!.GetValue<string>().ShouldBe(Deployments.Urn("pulumi:pulumi:Stack", "web-prod", "prod"));
        moved[2]!["provider"]!.GetValue<string>().ShouldBe(Deployments.Urn("pulumi:providers:aws", "default", "prod") + "::9");
        (await _work.Run("state", "move", "--dest", "prod", Aws)).Error.ShouldBe(
            "error: cannot move providers. Only resources can be moved, and providers will be included automatically\n"
        );
        (await _work.Run("state", "move", Logs)).Error.ShouldBe("error: at least one of --source or --dest must be provided\n");
        (await _work.Run("state", "move", "--dest", "prod", Logs)).Error.ShouldBe(
            $"warning: Resource {Logs} not found in source stack\nerror: no resources found to move\n"
        );
    }

    [Fact]
    public async Task A_broken_state_is_repaired_and_a_good_one_left_alone()
    {
        (await _work.Do("state", "repair")).ShouldBe("The snapshot is already valid; skipping repair\n");
        var gone = Deployments.Urn("aws:s3/bucket:Bucket", "gone");
        _work.Plant(
            "dev",
            Deployments.Of(
                Deployments.Bucket("data", more: $",\"dependencies\":[\"{Logs}\",\"{gone}\"]"),
                Deployments.Root(),
                Deployments.Bucket("logs")
            )
        );
        (await _work.Run("state", "protect", Logs)).Error.ShouldBe(
            $"error: the change was not saved: it would break the state: resource '{Data}' refers to missing parent '{Stack}'. `pulumi state repair` may help if it was broken before\n"
        );

        (await _work.Do("state", "repair")).ShouldBe(
            $"""
            The following resources will be moved behind what they depend on:
             * {Data}
            The following references to resources that are not in the state will be removed:
             * {Data}: dependency {gone}
            State repaired successfully

            """
        );

        Urns.ShouldBe([Stack, Logs, Data]);
        Resources[2]!["dependencies"]!.ToJsonString().ShouldBe($"[\"{Logs}\"]");
    }

    [Fact]
    public async Task A_broken_state_is_not_imported_without_force()
    {
        _work.Machine.Input = $$"""{"version":3,"deployment":{{Deployments.Of(Deployments.Bucket("logs"), Deployments.Root("prod"))}} }""";
        (await _work.Run("stack", "import")).ShouldBe(
            new(
                1,
                "",
                $"""
                error: 3 errors occurred:
                    1) resource '{Deployments.Urn("pulumi:pulumi:Stack", "web-prod", "prod")}' is from a different stack (prod != dev)
                    2) state file contains errors: resource '{Logs}' refers to missing parent '{Stack}'
                    3) importing this file could be dangerous; rerun with --force to proceed anyway

                """
            )
        );
        var forced = await _work.Run("stack", "import", "--force");
        forced.Exit.ShouldBe(0);
        forced.Error.ShouldStartWith("warning: resource '");
    }

    [Theory]
    [InlineData(
        "{\"version\":99,\"deployment\":{}}",
        "the stack 'dev' is newer than what this version of the Pulumi CLI understands. Please update your version of the Pulumi CLI"
    )]
    [InlineData("{\"deployment\":{}}", "the stack 'dev' is too old to be used by this version of the Pulumi CLI")]
    [InlineData(
        "{\"version\":4,\"features\":[\"taint\",\"magic\"],\"deployment\":{}}",
        "the stack 'dev' uses features that are not supported by this version of the Pulumi CLI: magic. Please update your version of the Pulumi CLI"
    )]
    public async Task States_that_are_not_understood_are_not_touched(string text, string problem)
    {
        _work.Machine.Input = text;

        (await _work.Run("stack", "import")).ShouldBe(new(1, "", $"error: {problem}\n"));
    }

    [Fact]
    public async Task Pending_operations_are_dropped_with_a_word()
    {
        _work.Machine.Input =
            $$"""{"version":3,"deployment":{"manifest":{{Deployments.Manifest}},"pending_operations":[{"resource":{"urn":"{{Logs}}"},"type":"creating"}]} }""";

        (await _work.Run("stack", "import")).ShouldBe(
            new(0, "Import complete.\n", $"warning: removing pending operation 'creating' on '{Logs}' from snapshot\n")
        );
        _work.State("dev").ContainsKey("pending_operations").ShouldBeFalse();
    }

    [Fact]
    public async Task A_store_of_the_old_layout_is_upgraded_without_being_told_to_ignore_anything()
    {
        Directory.Delete(_work.InStore(""), recursive: true);
        _work.Machine.Write(
            _work.InStore("stacks/dev.json"),
            $$"""{"version":3,"checkpoint":{"stack":"dev","latest":{{Deployments.Of(Deployments.Root())}} } }"""
        );
        _work.Machine.Write(_work.InStore("stacks/empty.json"), """{"version":3,"checkpoint":{"stack":"empty"}}""");
        _work.Machine.Write(_work.InStore("history/dev/dev-17.history.json"), """{"kind":"update","version":4}""");

        (await _work.Run("state", "upgrade", "--yes")).ShouldBe(
            new(0, "Upgraded 1 stack(s) to project mode\n", "warning: Skipping stack \"empty\": no project name found\n")
        );

        File.ReadAllText(_work.InStore("meta.yaml")).ShouldBe("version: 1\n");
        Urns.ShouldBe([Stack]);
        (await _work.Do("stack", "history")).ShouldStartWith("Version: 4\n");
        (await _work.Run("stack", "ls")).Error.ShouldStartWith("warning: Found legacy stack files in state store:\n  - empty\n");
    }

    [Fact]
    public async Task Editing_needs_a_person()
    {
        (await _work.Run("state", "edit")).ShouldBe(new(1, "", "error: pulumi state edit must be run in interactive mode\n"));
    }
}
