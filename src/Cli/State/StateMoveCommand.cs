using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using Cli.Backends;
using Cli.Invocation;
using Cli.Secrets;
using Cli.Stack;

namespace Cli.State;

internal static class StateMoveCommand
{
    public static PulumiCommand Create(Machine machine)
    {
        var urns = new Argument<string[]>("urn") { Arity = ArgumentArity.OneOrMore };
        var source = new Option<string?>("--source") { Description = "The stack to move resources from. Defaults to the current stack" };
        var destination = new Option<string?>("--dest") { Description = "The stack to move resources to. Defaults to the current stack" };
        var yes = StackOptions.Yes("Move without asking");
        var parents = new Option<bool>("--include-parents") { Description = "Also move the parents of the resources" };
        var command = new PulumiCommand("move", "Move resources from one stack to another")
        {
            Explanation =
                "Move resources from one stack to another.\n\n"
                + "The resources, their children and the providers they need leave the state of one stack and join that of the other; nothing\n"
                + "happens to the resources themselves. Move their code to the other program as well. Dependencies between what moves and\n"
                + "what stays are cut, and listed before anything is done.",
            ArgumentNames = "<urn>...",
            FewestArguments = 1,
            MostArguments = int.MaxValue,
        };
        command.Aliases.Add("mv");
        command.Add(urns);
        foreach (var option in new Option[] { source, destination, yes, parents })
        {
            command.Add(option);
        }
        return command.Runs(
            machine,
            (session, parse, ct) =>
                Run(
                    session,
                    (parse.GetValue(source), parse.GetValue(destination)),
                    parse.GetValue(urns) ?? [],
                    parse.GetValue(parents),
                    new Confirmation(session, parse.GetValue(yes)),
                    ct
                )
        );
    }

    internal static async Task<int> Run(
        Session session,
        (string? Source, string? Destination) names,
        IReadOnlyList<string> urns,
        bool withParents,
        Confirmation confirmation,
        CancellationToken ct
    )
    {
        if (string.IsNullOrEmpty(names.Source) && string.IsNullOrEmpty(names.Destination))
        {
            throw new UserErrorException("at least one of --source or --dest must be provided");
        }
        await using var work = await Workplace.Open(session, ct);
        var from = (await work.Require(names.Source, ct)).Stack;
        var to = (await work.Require(names.Destination, ct)).Stack;
        if (from == to)
        {
            throw new UserErrorException("source and destination stacks are the same");
        }
        var (source, destination) = (await Read(work, from, ct), await Read(work, to, ct));
        var move = new ResourceMove(session, source, destination, from, to);
        var plan = move.Plan(urns, withParents);
        await session.Out.WriteAsync(Describe(plan, from, to));
        if (session.Interactive && !confirmation.Given && await Ask(session, ct) != "yes")
        {
            await session.Out.WriteLineAsync("Confirmation denied, not proceeding with the state move");
            return 0;
        }
        await Secrets(work, source, destination, move, plan, (from, to), ct);
        move.Carry(plan);
        Integrity.Check(session, source);
        Integrity.Check(session, destination);
        // In this order nothing is ever in neither of the two.
        await work.Backend.Import(to, destination.Write(), ct);
        await work.Backend.Import(from, source.Write(), ct);
        await session.Out.WriteLineAsync($"Successfully moved resources from {from.Full} to {to.Full}");
        return 0;
    }

    private static Task<string?> Ask(Session session, CancellationToken ct) =>
        session.Machine.Terminal.Choose("Do you want to perform this move?", ["no", "yes"], ct);

    private static async Task<Deployment> Read(Workplace work, StackName stack, CancellationToken ct) =>
        Deployment.Read(await work.Backend.Export(stack, null, ct), work.Backend.Show(stack))
        ?? Deployment.Empty(work.Session.Machine.Clock.GetUtcNow(), null);

    /// <summary>What moves is encrypted for where it goes.</summary>
    private static async Task Secrets(
        Workplace work,
        Deployment source,
        Deployment destination,
        ResourceMove move,
        MovePlan plan,
        (StackName From, StackName To) stacks,
        CancellationToken ct
    )
    {
        var moved = plan.Moving.Concat(plan.Providers).ToList();
        if (!moved.Exists(SecretValues.HasCiphertext))
        {
            return;
        }
        var old = work.Secrets.OfState(
            source.SecretsProvider ?? throw new UserErrorException("the source state has secrets and does not say who encrypted them"),
            work.Backend.Show(stacks.From)
        );
        var provider = new SecretsForStack(work).Of(destination, stacks.To);
        foreach (var resource in moved)
        {
            await SecretValues.Reveal(resource, old, ct);
            if (plan.Providers.Contains(resource) && await EqualInputs(move.Counterpart(resource), resource, provider, ct) is { } inputs)
            {
                resource["inputs"] = inputs;
            }
            await SecretValues.Hide(resource, provider, ct);
        }
        destination.Body["secrets_providers"] = provider.Description;
    }

    /// <returns>The encrypted inputs of the destination's provider if what they say is what the revealed one says; else null.</returns>
    private static async Task<JsonNode?> EqualInputs(
        JsonObject? there,
        JsonObject revealed,
        ISecretsProvider provider,
        CancellationToken ct
    )
    {
        if (there?["inputs"] is not { } inputs)
        {
            return null;
        }
        var copy = new JsonObject { ["inputs"] = inputs.DeepClone() };
        await SecretValues.Reveal(copy, provider, ct);
        return JsonNode.DeepEquals(copy["inputs"], revealed["inputs"]) ? inputs.DeepClone() : null;
    }

    private static string Describe(MovePlan plan, StackName from, StackName to)
    {
        var text = new StringBuilder($"Planning to move the following resources from {from.Full} to {to.Full}:\n\n");
        foreach (var resource in plan.Moving)
        {
            text.Append($"  - {References.Text(resource["urn"])}\n");
        }
        text.Append('\n');
        Append(
            text,
            plan.BrokenInSource,
            $"The following resources remaining in {from.Full} have dependencies on resources moved to {to.Full}:"
        );
        Append(
            text,
            plan.BrokenInMoved,
            $"The following resources being moved to {to.Full} have dependencies on resources in {from.Full}:"
        );
        return text.ToString();
    }

    private static void Append(StringBuilder text, IReadOnlyList<(string Urn, string Needs)> broken, string title)
    {
        if (broken.Count > 0)
        {
            text.Append($"{title}\n\n{string.Concat(broken.Select(pair => $"  - {pair.Urn} has a dependency on {pair.Needs}\n"))}\n");
        }
    }
}
