using System.CommandLine;
using System.Text.Json.Nodes;
using Cli.Invocation;
using Cli.Stack;

namespace Cli.State;

internal static class StateRenameCommand
{
    public static PulumiCommand Create(Machine machine)
    {
        var urn = new Argument<string?>("resource-urn") { Arity = ArgumentArity.ZeroOrOne };
        var newName = new Argument<string?>("new-name") { Arity = ArgumentArity.ZeroOrOne };
        var stack = StateOptions.Stack();
        var yes = StateOptions.Yes();
        var command = new PulumiCommand("rename", "Rename a resource in a stack's state")
        {
            Explanation =
                "Rename a resource in a stack's state.\n\n"
                + "The resource gets a new URN, and everything that refers to it follows. Change its name in the program, too: the next update\n"
                + "would otherwise delete the renamed resource and make the old one again.",
            ArgumentNames = "[resource-urn] [new-name]",
            MostArguments = 2,
        };
        command.Add(urn);
        command.Add(newName);
        command.Add(stack);
        command.Add(yes);
        return command.Runs(
            machine,
            (session, parse, ct) =>
                Run(
                    session,
                    parse.GetValue(stack),
                    parse.GetValue(urn),
                    parse.GetValue(newName),
                    new Confirmation(session, parse.GetValue(yes)),
                    ct
                )
        );
    }

    internal static async Task<int> Run(
        Session session,
        string? stackName,
        string? urn,
        string? newName,
        Confirmation confirmation,
        CancellationToken ct
    )
    {
        if (!session.Interactive && (string.IsNullOrEmpty(urn) || string.IsNullOrEmpty(newName)))
        {
            throw new UserErrorException(
                string.IsNullOrEmpty(urn)
                    ? "Must supply <resource URN> unless pulumi is run interactively"
                    : "Must supply <new name> unless pulumi is run interactively"
            );
        }
        if (!string.IsNullOrEmpty(urn) && Urn.Parse(urn) is null)
        {
            throw new UserErrorException("The provided input URN is not valid");
        }
        await using var work = await Workplace.Open(session, ct);
        var stack = await work.Require(stackName, ct);
        return await new StateEdit(work, confirmation).Run(
            stack,
            async (deployment, token) =>
            {
                var chooser = new ResourceChooser(session);
                var resource = (await chooser.Find(deployment, string.IsNullOrEmpty(urn) ? [] : [urn], "rename", token))[0];
                var name = string.IsNullOrEmpty(newName)
                    ? await session.Machine.Terminal.ReadLine("Choose a new resource name: ", false, token)
                    : newName;
                Rename(deployment, resource, name ?? throw new UserErrorException("no new name given"));
                return "Resource renamed";
            },
            ct
        );
    }

    private static void Rename(Deployment deployment, JsonObject resource, string newName)
    {
        var old = References.Text(resource["urn"])!;
        if (newName.Length == 0 || newName.Contains("::", StringComparison.Ordinal))
        {
            throw new UserErrorException($"invalid name: \"{newName}\"");
        }
        var renamed = (Urn.Parse(old)! with { Name = newName }).ToString();
        if (deployment.Resources.Count(other => References.Text(other["urn"]) == old) > 1)
        {
            throw new UserErrorException("The input URN ambiguously refers to multiple resources");
        }
        if (deployment.Resources.Any(other => References.Text(other["urn"]) == renamed))
        {
            throw new UserErrorException("The chosen new urn for the state corresponds to an already existing resource");
        }
        foreach (var other in deployment.Resources)
        {
            References.Rewrite(other, text => text == old ? renamed : text);
        }
    }
}
