using System.Text.Json.Nodes;
using Cli.Tests.Support;

namespace Cli.Tests.Stack;

/// <summary>Making, choosing, listing, renaming and removing stacks, on real files.</summary>
public sealed class StackLifeTests : IDisposable
{
    private readonly Workspace _work = new();

    public void Dispose() => _work.Dispose();

    [Fact]
    public async Task A_new_stack_is_announced_on_standard_error_and_selected()
    {
        (await _work.Run("stack", "init", "dev")).ShouldBe(new(0, "", "Created stack 'dev'\n"));

        (await _work.Run("stack", "--show-name")).ShouldBe(new(0, "dev\n", ""));
        File.ReadAllText(_work.InStore("meta.yaml")).ShouldBe("version: 1\n");
        File.ReadAllText(_work.InStore("stacks/web/dev.json")).ShouldBe("""{"version":3,"checkpoint":{"stack":"organization/web/dev"}}""");
        File.ReadAllText(_work.StackFile("dev")).ShouldMatch("^encryptionsalt: v1:[A-Za-z0-9+/=]+:v1:[A-Za-z0-9+/=]+:[A-Za-z0-9+/=]+\n$");
    }

    [Fact]
    public async Task The_selection_is_kept_where_the_stock_program_keeps_it()
    {
        await _work.Do("stack", "init", "dev");

        var file = Directory.GetFiles(Path.Combine(_work.Machine.Home, "workspaces"), "*.json").ShouldHaveSingleItem();
#pragma warning disable CA5350
        var hash = Convert.ToHexStringLower(
            System.Security.Cryptography.SHA1.HashData(System.Text.Encoding.UTF8.GetBytes(Path.Combine(_work.Machine.Work, "Pulumi.yaml")))
        );
#pragma warning restore CA5350
        Path.GetFileName(file).ShouldBe($"web-{hash}-workspace.json");
        File.ReadAllText(file)
            .ShouldBe(
                $$"""
                {
                    "stacks": {
                        "{{_work.Url}}": "organization/web/dev"
                    }
                }
                """
            );
        File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public async Task An_older_selection_counts_until_it_is_replaced()
    {
        await _work.Do("stack", "init", "dev");
        await _work.Do("stack", "init", "prod");
        var file = Directory.GetFiles(Path.Combine(_work.Machine.Home, "workspaces"), "*.json").Single();
        File.WriteAllText(file, """{"stack": "dev"}""");

        (await _work.Do("stack", "--show-name")).ShouldBe("dev\n");
        await _work.Do("stack", "select", "prod");

        JsonNode.Parse(File.ReadAllText(file))!.AsObject().Select(member => member.Key).ShouldBe(["stacks"]);
    }

    [Fact]
    public async Task A_stack_is_made_once()
    {
        await _work.Do("stack", "init", "dev");

        (await _work.Run("stack", "init", "dev")).ShouldBe(new(1, "", "error: stack 'organization/web/dev' already exists\n"));
    }

    [Theory]
    [InlineData("", "missing stack name")]
    [InlineData(
        "de v",
        "a stack name may only contain alphanumeric, hyphens, underscores, or periods: invalid character ' ' at position 2"
    )]
    [InlineData("acme/web/dev", "organization name must be 'organization'")]
    [InlineData("a/b/c/d", "could not parse stack name 'a/b/c/d'")]
    public async Task A_name_that_cannot_be_is_refused(string name, string problem)
    {
        (await _work.Run("stack", "init", name)).ShouldBe(new(1, "", $"error: {problem}\n"));
    }

    [Fact]
    public async Task Without_a_passphrase_nothing_is_made()
    {
        _work.Machine.Variables.Remove("PULUMI_CONFIG_PASSPHRASE");

        (await _work.Run("stack", "init", "dev")).ShouldBe(
            new(
                1,
                "",
                "error: could not create secrets manager for new stack: passphrase must be set with PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE environment variables\n"
            )
        );
        Directory.Exists(_work.InStore("stacks")).ShouldBeFalse();
    }

    [Fact]
    public async Task An_unknown_provider_is_refused_with_the_known_ones()
    {
        (await _work.Run("stack", "init", "dev", "--secrets-provider", "rot13")).ShouldBe(
            new(
                1,
                "",
                "error: unknown secrets provider type 'rot13' (supported values: default,passphrase,awskms,azurekeyvault,gcpkms,hashivault)\n"
            )
        );
    }

    [Fact]
    public async Task Stacks_are_listed_with_what_is_known_of_them()
    {
        await _work.Do("stack", "init", "dev");
        _work.Plant("prod", Deployments.Of(Deployments.Root("prod"), Deployments.Bucket("logs", "prod")));
        _work.Plant("other", Deployments.Of(), project: "api");
        _work.Machine.Clock.SetUtcNow(new(2030, 8, 24, 10, 0, 0, TimeSpan.Zero));

        (await _work.Run("stack", "ls")).ShouldBe(
            new(
                0,
                """
                NAME  LAST UPDATE  RESOURCE COUNT
                dev*  n/a          n/a
                prod  3 days ago   2

                """,
                ""
            )
        );
        (await _work.Do("stack", "ls", "--all", "--json")).ShouldBe(
            """
            [
              {
                "name": "organization/api/other",
                "current": false,
                "lastUpdate": "2030-08-21T08:15:30.123Z",
                "resourceCount": 0
              },
              {
                "name": "dev",
                "current": true
              },
              {
                "name": "prod",
                "current": false,
                "lastUpdate": "2030-08-21T08:15:30.123Z",
                "resourceCount": 2
              }
            ]

            """
        );
        (await _work.Do("stack", "ls", "-p", "nothing", "--output", "json")).ShouldBe("[]\n");
    }

    [Fact]
    public async Task Listing_needs_a_project_or_to_be_told()
    {
        _work.Machine.Work = Directory.GetParent(_work.Machine.Work)!.FullName;

        (await _work.Run("stack", "ls")).ShouldBe(
            new(
                1,
                "",
                $"error: could not detect current project: no Pulumi.yaml project file found (searching upwards from {_work.Machine.Work}). If you have not created a project yet, use `pulumi new` to do so: no project file found\n"
            )
        );
        (await _work.Run("stack", "ls", "--all")).ShouldBe(new(0, "NAME  LAST UPDATE  RESOURCE COUNT\n", ""));
    }

    [Fact]
    public async Task Stacks_are_found_by_tags()
    {
        await _work.Do("stack", "init", "dev");
        await _work.Do("stack", "init", "prod");
        await _work.Do("stack", "tag", "set", "tier", "gold");
        await _work.Do("stack", "tag", "set", "-s", "dev", "tier", "tin");

        (await _work.Do("stack", "ls", "-t", "tier=gold")).ShouldContain("prod*");
        (await _work.Do("stack", "ls", "-t", "tier=gold")).ShouldNotContain("dev");
        (await _work.Do("stack", "tag", "ls")).ShouldBe("NAME  VALUE\ntier  gold\n");
        (await _work.Do("stack", "tag", "ls", "--json", "-s", "dev")).ShouldBe("{\n  \"tier\": \"tin\"\n}\n");
        (await _work.Do("stack", "tag", "get", "tier")).ShouldBe("gold\n");
        await _work.Do("stack", "tag", "rm", "tier");
        await _work.Do("stack", "tag", "rm", "tier");
        (await _work.Run("stack", "tag", "get", "tier")).ShouldBe(new(1, "", "error: stack tag 'tier' not found for stack 'prod'\n"));
        File.ReadAllText(_work.InStore("stacks/web/prod.pulumi-tags")).ShouldBe("""{"version":1,"tags":{}}""");
    }

    [Fact]
    public async Task Selecting_is_silent_and_knows_what_is_not_there()
    {
        await _work.Do("stack", "init", "dev");

        (await _work.Run("stack", "select", "prod")).ShouldBe(new(6, "", "error: no stack named 'prod' found\n"));
        (await _work.Run("stack", "select")).ShouldBe(new(6, "", "error: no stack selected; specify a stack name with --stack\n"));
        (await _work.Run("stack", "select", "prod", "--create")).ShouldBe(new(0, "", "Created stack 'prod'\n"));
        (await _work.Run("stack", "select", "dev")).ShouldBe(new(0, "", ""));
        (await _work.Run("stack", "select", "dev", "-s", "prod")).ShouldBe(
            new(1, "", "error: only one of --stack or argument stack name may be specified, not both\n")
        );
        (await _work.Run("stack", "unselect")).ShouldBe(new(0, "", "Stack was unselected\n"));
        (await _work.Run("stack", "unselect")).ShouldBe(new(0, "", ""));
        (await _work.Run("stack")).ShouldBe(new(1, "", "error: no stack selected; please use `pulumi stack select` to choose one\n"));
        Directory.GetFiles(Path.Combine(_work.Machine.Home, "workspaces"), "*.json").ShouldBeEmpty();
    }

    [Fact]
    public async Task The_environment_names_the_stack_unless_the_command_line_does()
    {
        await _work.Do("stack", "init", "dev");
        await _work.Do("stack", "init", "prod");
        _work.Machine.Variables["PULUMI_STACK"] = "dev";

        (await _work.Do("stack", "--show-name")).ShouldBe("dev\n");
        (await _work.Do("stack", "--show-name", "-s", "prod")).ShouldBe("prod\n");
        (await _work.Do("stack", "--show-name", "-s", "prod", "-Q")).ShouldBe("organization/web/prod\n");
    }

    [Fact]
    public async Task A_person_picks_a_stack_from_a_list_or_makes_one()
    {
        await _work.Do("stack", "init", "dev");
        await _work.Do("stack", "init", "prod");
        await _work.Do("stack", "unselect");
        _work.Machine.Interactive = true;

        _work.Machine.Picks = "dev";
        (await _work.Do("stack", "select")).ShouldBe("Please choose a stack, or create a new one: dev | prod | <create a new stack>\n");
        (await _work.Do("stack", "--show-name")).ShouldBe("dev\n");

        _work.Machine.Picks = "<create a new stack>";
        _work.Machine.Typed.Enqueue("test");
        await _work.Do("stack", "select");
        (await _work.Do("stack", "--show-name")).ShouldBe("test\n");
    }

    [Fact]
    public async Task A_new_passphrase_is_asked_for_twice()
    {
        _work.Machine.Variables.Remove("PULUMI_CONFIG_PASSPHRASE");
        _work.Machine.Interactive = true;
        foreach (var typed in new[] { "dev", "one", "two", "three", "three" })
        {
            _work.Machine.Typed.Enqueue(typed);
        }

        (await _work.Run("stack", "init")).ShouldBe(
            new(
                0,
                """
                stack name (dev): 
                Enter your passphrase to protect config/secrets: 
                Re-enter your passphrase to confirm: 
                Enter your passphrase to protect config/secrets: 
                Re-enter your passphrase to confirm: 

                """,
                "passphrases do not match\nCreated stack 'dev'\n"
            )
        );
    }

    [Fact]
    public async Task Renaming_changes_state_history_tags_and_file_and_keeps_another_selection()
    {
        await _work.Do("stack", "init", "other");
        await _work.Do("stack", "init", "dev", "--no-select");
        _work.Plant("dev", Deployments.Of(Deployments.Root(), Deployments.Bucket("logs")));
        await _work.Do("stack", "tag", "set", "tier", "gold", "-s", "dev");
        _work.Machine.Write(_work.InStore("history/web/dev/dev-17.history.json"), """{"kind":"update","version":1}""");
        var config = File.ReadAllText(_work.StackFile("dev"));

        (await _work.Do("stack", "rename", "prod", "-s", "dev")).ShouldBe("Renamed dev to prod\n");

        (await _work.Do("stack", "--show-name")).ShouldBe("other\n");
        _work.State("prod")["resources"]![0]!["urn"]!
            .GetValue<string>()
            .ShouldBe(Deployments.Urn("pulumi:pulumi:Stack", "web-prod", "prod"));
        _work.State("prod")["resources"]![1]!["parent"]!
            .GetValue<string>()
            .ShouldBe(Deployments.Urn("pulumi:pulumi:Stack", "web-prod", "prod"));
        _work.State("prod").ToJsonString().ShouldContain("12345678901234567890");
        File.Exists(_work.InStore("history/web/prod/prod-17.history.json")).ShouldBeTrue();
        File.ReadAllText(_work.StackFile("prod")).ShouldBe(config);
        File.Exists(_work.StackFile("dev")).ShouldBeFalse();
        (await _work.Do("stack", "tag", "get", "tier", "-s", "prod")).ShouldBe("gold\n");
        Directory.GetFiles(_work.InStore("stacks/web"), "dev*").Select(Path.GetFileName).ShouldBe(["dev.json.bak"]);
    }

    [Fact]
    public async Task Removing_asks_for_the_name_and_takes_the_config_along()
    {
        await _work.Do("stack", "init", "dev");
        (await _work.Run("stack", "rm")).ShouldBe(new(1, "", "error: non-interactive mode requires --yes flag\n"));
        _work.Machine.Interactive = true;
        _work.Machine.Typed.Enqueue("prod");

        (await _work.Run("stack", "rm")).ShouldBe(
            new(
                1,
                """
                This will permanently remove the 'dev' stack!
                Please confirm that this is what you'd like to do by typing `dev`: 
                confirmation declined

                """,
                ""
            )
        );
        (await _work.Run("stack", "rm", "--yes")).ShouldBe(new(0, "\e[91mStack 'dev' has been removed!\e[0m\n", ""));

        File.Exists(_work.StackFile("dev")).ShouldBeFalse();
        Directory.GetFiles(_work.InStore("stacks/web")).Select(Path.GetFileName).ShouldBe(["dev.json.bak"]);
        _work.Machine.Interactive = false;
        (await _work.Run("stack")).Error.ShouldStartWith("error: no stack selected");
    }

    [Fact]
    public async Task A_stack_with_resources_is_removed_by_force_only()
    {
        await _work.Do("stack", "init", "dev");
        await _work.Do("stack", "init", "other");
        _work.Plant("dev", Deployments.Of(Deployments.Root()));

        (await _work.Run("stack", "rm", "dev", "--yes")).ShouldBe(
            new(
                1,
                "",
                """
                error: 'dev' still has resources; removal rejected. Possible actions:
                - Make sure that 'dev' is the stack that you want to destroy
                - Run `pulumi destroy` to delete the resources, then run `pulumi stack rm`
                - Run `pulumi stack rm --force` to override this error

                """
            )
        );
        (await _work.Do("stack", "rm", "dev", "--yes", "--force", "--preserve-config", "--remove-backups")).ShouldBe(
            "Stack 'dev' has been removed!\n"
        );
        File.Exists(_work.StackFile("dev")).ShouldBeTrue();
        Directory.GetFiles(_work.InStore("stacks/web"), "dev*").ShouldBeEmpty();
        (await _work.Do("stack", "--show-name")).ShouldBe("other\n");
    }
}
