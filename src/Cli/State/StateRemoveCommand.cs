using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Cli.Invocation;
using Cli.Stack;

namespace Cli.State;

internal static class StateRemoveCommand
{
    public static PulumiCommand Create(Machine machine)
    {
        var urns = StateOptions.Urns();
        var stack = StateOptions.Stack();
        var force = new Option<bool>("--force") { Description = "Also delete protected resources" };
        var yes = StateOptions.Yes();
        var all = StateOptions.All("Delete all resources in the state");
        var dependents = new Option<bool>("--target-dependents") { Description = "Also delete what depends on the resources" };
        var command = new PulumiCommand("remove", "Delete a resource from a stack's state")
        {
            Explanation =
                "Delete a resource from a stack's state.\n\n"
                + "The resource itself stays where it is; Pulumi forgets it. Resources that others depend on, and protected ones, are kept\n"
                + "unless the flags below say otherwise. URNs are shown by `pulumi stack --show-urns`; quote them in a shell.",
            ArgumentNames = "[resource-urn]...",
            MostArguments = int.MaxValue,
        };
        command.Aliases.Add("rm");
        command.Aliases.Add("delete");
        command.Add(urns);
        foreach (var option in new Option[] { stack, force, yes, all, dependents })
        {
            command.Add(option);
        }
        return command.Runs(
            machine,
            (session, parse, ct) =>
            {
                var wishes = new RemovalScope(
                    parse.GetValue(urns) ?? [],
                    parse.GetValue(all),
                    parse.GetValue(force),
                    parse.GetValue(dependents)
                );
                return Run(session, parse.GetValue(stack), wishes, new Confirmation(session, parse.GetValue(yes)), ct);
            }
        );
    }

    internal static async Task<int> Run(Session session, string? name, RemovalScope scope, Confirmation confirmation, CancellationToken ct)
    {
        if (scope.All && scope.Urns.Count > 0)
        {
            throw new UserErrorException("cannot specify a resource URN when deleting all resources");
        }
        await using var work = await Workplace.Open(session, ct);
        var stack = await work.Require(name, ct);
        return await new StateEdit(work, confirmation).Run(
            stack,
            async (deployment, token) =>
            {
                if (scope.All)
                {
                    deployment.Body["resources"] = new JsonArray();
                    return "Resources deleted";
                }
                var targets = await new ResourceChooser(session).Find(deployment, scope.Urns, "delete", token);
                var count = Remove(deployment, targets, scope);
                return count == 1 ? "Resource deleted" : count.ToString(CultureInfo.InvariantCulture) + " resources deleted";
            },
            ct
        );
    }

    private static int Remove(Deployment deployment, IReadOnlyList<JsonObject> targets, RemovalScope scope)
    {
        var list = deployment.ResourceList();
        var going = targets.ToHashSet();
        foreach (var target in targets)
        {
            var urn = References.Text(target["urn"])!;
            var dependents = Dependents.Of(list, target).Where(resource => !going.Contains(resource)).ToList();
            if (dependents.Count > 0 && !scope.Dependents)
            {
                throw HasDependents(urn, dependents);
            }
            going.UnionWith(dependents);
        }
        if (!scope.Force && going.FirstOrDefault(resource => Deployment.IsOn(resource, "protect")) is { } kept)
        {
            throw new UserErrorException(
                $"{References.Text(kept["urn"])} can't be safely deleted because it is protected. Re-run this command with --force to force deletion"
            );
        }
        foreach (var resource in going)
        {
            list.Remove(resource);
        }
        return going.Count;
    }

    private static UserErrorException HasDependents(string urn, List<JsonObject> dependents)
    {
        var rows = dependents
            .Select(resource => References.Text(resource["urn"])!)
            .Select(other => (Name: $"\"{Urn.Parse(other)?.Name}\"", other));
        var width = rows.Max(row => row.Name.Length) + 8;
        return new(
            $"{urn} can't be safely deleted because the following resources depend on it:\n"
                + string.Concat(rows.Select(row => $" * {row.Name.PadRight(width)} ({row.other})\n"))
                + "\nDelete those resources first or pass --target-dependents."
        );
    }
}

/// <param name="Force">Protected ones, too.</param>
/// <param name="Dependents">Whatever depends on them, too.</param>
internal sealed record RemovalScope(IReadOnlyList<string> Urns, bool All, bool Force, bool Dependents);
