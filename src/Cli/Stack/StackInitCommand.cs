using System.CommandLine;
using Cli.Invocation;

namespace Cli.Stack;

internal static class StackInitCommand
{
    public static PulumiCommand Create(Machine machine)
    {
        var argument = new Argument<string?>("stack-name") { Arity = ArgumentArity.ZeroOrOne };
        var stack = StackOptions.Stack("The name of the stack to create");
        var provider = new Option<string?>("--secrets-provider")
        {
            Description = "What encrypts secrets: default, passphrase, awskms, azurekeyvault, gcpkms or hashivault",
        };
        var copyFrom = new Option<string?>("--copy-config-from") { Description = "The name of the stack to copy existing config from" };
        var noSelect = new Option<bool>("--no-select") { Description = "Do not select the stack" };
        var teams = new Option<string[]>("--teams")
        {
            Description = "Teams that may work on the stack; the flag may be repeated",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var remote = new Option<bool>("--remote-config") { Description = "Keep the configuration in the cloud", Hidden = true };
        var yes = StackOptions.Yes();
        var command = new PulumiCommand("new", "Create an empty stack with the given name, ready for updates")
        {
            Explanation = Help,
            ArgumentNames = "[<org-name>/]<stack-name>",
            MostArguments = 1,
        };
        command.Aliases.Add("init");
        command.Aliases.Add("create");
        command.Aliases.Add("setup");
        command.Add(argument);
        foreach (var option in new Option[] { stack, provider, copyFrom, noSelect, teams, remote, yes })
        {
            command.Add(option);
        }
        return command.Runs(
            machine,
            (session, parse, ct) =>
            {
                var name = StackOptions.OneOf(parse.GetValue(argument), parse.GetValue(stack));
                var wishes = new CreationWishes(
                    parse.GetValue(provider) is { Length: > 0 } given ? given : "default",
                    parse.GetValue(teams) ?? [],
                    parse.GetValue(copyFrom) is { Length: > 0 } from ? from : null,
                    parse.GetValue(remote)
                );
                return Run(session, name, wishes, !parse.GetValue(noSelect), ct);
            }
        );
    }

    internal static async Task<int> Run(Session session, string? name, CreationWishes wishes, bool select, CancellationToken ct)
    {
        await using var work = await Workplace.Open(session, ct);
        if (string.IsNullOrEmpty(name))
        {
            name = session.Interactive ? await AskName(work, ct) : throw new UserErrorException("missing stack name");
        }
        var stack = await new StackCreation(work).Run(work.Backend.Parse(name), wishes, ct);
        if (select && work.Project is not null)
        {
            work.Select(stack);
        }
        return 0;
    }

    private static async Task<string> AskName(Workplace work, CancellationToken ct)
    {
        if (work.Backend.IsCloud)
        {
            await work.Session.Out.WriteLineAsync(
                "Please enter your desired stack name.\n"
                    + "To create a stack in an organization, use the format <org-name>/<stack-name> (e.g. `acmecorp/dev`)."
            );
        }
        var typed = await work.Session.Machine.Terminal.ReadLine("stack name (dev): ", false, ct);
        return (typed?.Trim() ?? throw new UserErrorException("missing stack name")) is { Length: > 0 } name ? name : "dev";
    }

    private const string Help = """
        Create an empty stack with the given name, ready for updates.

        A stack is one instance of a project: its configuration, its resources and their state. The new stack belongs to the
        project in the working directory and becomes the selected one, unless --no-select is given.

        Secrets are encrypted by the backend (Pulumi Cloud or Holdfast) or, in folders, buckets and databases, with a passphrase.
        --secrets-provider chooses something else:

            $ pulumi stack init dev --secrets-provider=passphrase
            $ pulumi stack init dev --secrets-provider="awskms://alias/ExampleAlias?region=us-east-1"
            $ pulumi stack init dev --secrets-provider="azurekeyvault://mykeyvault.vault.azure.net/keys/mykey"
            $ pulumi stack init dev --secrets-provider="gcpkms://projects/P/locations/L/keyRings/R/cryptoKeys/K"
            $ pulumi stack init dev --secrets-provider="hashivault://mykey"

        To start from the configuration of another stack of the project:

            $ pulumi stack init staging --copy-config-from dev
        """;
}
