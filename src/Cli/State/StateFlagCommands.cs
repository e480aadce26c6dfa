using System.Text.Json.Nodes;
using Cli.Invocation;
using Cli.Stack;

namespace Cli.State;

/// <summary><c>protect</c>, <c>unprotect</c>, <c>taint</c> and <c>untaint</c>: each sets one flag of resources.</summary>
internal static class StateFlagCommands
{
    public static IEnumerable<PulumiCommand> Create(Machine machine) =>
        [
            Command(
                machine,
                new("protect", "protected", "protect", On: true, HasAll: true),
                "Protect resources in a stack's state",
                Protect
            ),
            Command(
                machine,
                new("taint", "tainted", "taint", On: true, HasAll: false),
                "Taint one or more resources in the stack's state",
                Taint
            ),
            Command(
                machine,
                new("unprotect", "unprotected", "protect", On: false, HasAll: true),
                "Unprotect resources in a stack's state",
                Unprotect
            ),
            Command(
                machine,
                new("untaint", "untainted", "taint", On: false, HasAll: true),
                "Untaint one or more resources in the stack's state",
                Untaint
            ),
        ];

    private static PulumiCommand Command(Machine machine, FlagChange change, string summary, string help)
    {
        var urns = StateOptions.Urns();
        var stack = StateOptions.Stack();
        var yes = StateOptions.Yes();
        var all = StateOptions.All($"{change.Verb[..1].ToUpperInvariant()}{change.Verb[1..]} all resources in the state");
        var command = new PulumiCommand(change.Verb, summary)
        {
            Explanation = $"{summary}.\n\n{help}",
            ArgumentNames = "[resource-urn]...",
            MostArguments = int.MaxValue,
        };
        command.Add(urns);
        command.Add(stack);
        command.Add(yes);
        if (change.HasAll)
        {
            command.Add(all);
        }
        return command.Runs(
            machine,
            (session, parse, ct) =>
                Run(
                    session,
                    parse.GetValue(stack),
                    change,
                    parse.GetValue(urns) ?? [],
                    change.HasAll && parse.GetValue(all),
                    new Confirmation(session, parse.GetValue(yes)),
                    ct
                )
        );
    }

    internal static async Task<int> Run(
        Session session,
        string? name,
        FlagChange change,
        IReadOnlyList<string> urns,
        bool all,
        Confirmation confirmation,
        CancellationToken ct
    )
    {
        if (all && urns.Count > 0)
        {
            throw new UserErrorException("cannot specify a resource URN when using --all");
        }
        await using var work = await Workplace.Open(session, ct);
        var stack = await work.Require(name, ct);
        return await new StateEdit(work, confirmation).Run(
            stack,
            async (deployment, token) =>
            {
                var resources = all
                    ? deployment.Resources.ToList()
                    : await new ResourceChooser(session).Find(deployment, urns, change.Verb, token);
                foreach (var resource in resources)
                {
                    Set(resource, change);
                }
                return all ? $"All resources {change.Done}" : $"{resources.Count} resources {change.Done}";
            },
            ct
        );
    }

    private static void Set(JsonObject resource, FlagChange change)
    {
        resource.Remove(change.Member);
        if (change.On)
        {
            resource[change.Member] = true;
        }
    }

    private const string Protect = "A protected resource is not deleted or replaced until it is unprotected.";
    private const string Taint = "A tainted resource is replaced at the next update, whether its inputs change or not.";
    private const string Unprotect = "The resources may then be deleted or replaced again.";
    private const string Untaint = "The resources are then no longer replaced at the next update.";
}

/// <param name="Done">What happened to them.</param>
/// <param name="Member">The resource's.</param>
/// <param name="HasAll">Whether there is a flag for all resources.</param>
internal sealed record FlagChange(string Verb, string Done, string Member, bool On, bool HasAll);
