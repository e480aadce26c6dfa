using System.Globalization;
using System.Text.Json.Nodes;
using Cli.Display;
using Cli.Project;
using Cli.Stack;
using Cli.State;

namespace Cli.About;

/// <summary>What is told of the stack in use.</summary>
internal sealed record CurrentStack(string Name, string FullName, IReadOnlyList<(string Type, string Urn)> Resources, int PendingOperations)
{
    /// <param name="name">Null is the selected one.</param>
    /// <param name="url">The back end's.</param>
    /// <returns>Null when nothing names a stack; then the back end is not asked.</returns>
    public static async Task<CurrentStack?> Of(Session session, string url, string? name, CancellationToken ct)
    {
        var isNamed = !string.IsNullOrEmpty(name) || session.Machine.Variable("PULUMI_STACK") is not null;
        if (!isNamed && (ProjectFile.Find(session.Machine) is not { } project || new Selection(session.Machine, project).Of(url) is null))
        {
            return null;
        }
        await using var work = await Workplace.Open(session, ct);
        var stack = (await work.Require(name, ct)).Stack;
        var deployment = Deployment.Read(await work.Backend.Export(stack, null, ct), stack.Name);
        var resources = (deployment?.Resources ?? []).Select(resource =>
            (References.Text(resource["type"]) ?? "", References.Text(resource["urn"]) ?? "")
        );
        return new(stack.Name, stack.Full, [.. resources], deployment?.PendingOperations.Count() ?? 0);
    }

    public string Text()
    {
        var table = new Table("TYPE", "URN");
        foreach (var (type, urn) in Resources)
        {
            table.Add(type, urn);
        }
        var pending =
            PendingOperations == 0 ? "no pending operations"
            : PendingOperations == 1 ? "1 pending operation"
            : PendingOperations.ToString(CultureInfo.InvariantCulture) + " pending operations";
        return $"Current Stack: {FullName}\n\n{(table.Count == 0 ? "" : table.Text() + "\n")}Found {pending} associated with {Name}\n\n";
    }

    public JsonObject Json() =>
        new()
        {
            ["name"] = Name,
            ["fullyQualifiedName"] = FullName,
            ["resources"] = new JsonArray([
                .. Resources.Select(resource => new JsonObject { ["type"] = resource.Type, ["urn"] = resource.Urn }),
            ]),
            ["pendingOps"] = PendingOperations == 0 ? null : PendingOperations,
        };
}
