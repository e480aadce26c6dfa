using System.Text.Json.Nodes;
using Cli.Backends;
using Cli.Display;
using Cli.Secrets;
using Cli.State;

namespace Cli.Stack;

/// <summary>What a stack's program gave out: the outputs of its root resource.</summary>
internal static class StackOutputs
{
    /// <summary>Values without signatures, sorted by name.</summary>
    public static async Task<JsonObject> Of(Workplace work, StackName stack, Deployment? deployment, bool showSecrets, CancellationToken ct)
    {
        var outputs = deployment?.Resources.FirstOrDefault(IsRoot)?["outputs"] as JsonObject ?? [];
        if (showSecrets && SecretValues.HasCiphertext(outputs) && deployment?.SecretsProvider is { } description)
        {
            await SecretValues.Reveal(outputs, work.Secrets.OfState(description, work.Backend.Show(stack)), ct);
        }
        return (JsonObject)PropertyValues.Plain(outputs)!;
    }

    public static string Table(JsonObject outputs)
    {
        if (outputs.Count == 0)
        {
            return "Current stack outputs (0):\n    No output values currently in this stack\n";
        }
        var table = new Table("OUTPUT", "VALUE");
        foreach (var (name, value) in outputs)
        {
            table.Add(name, PropertyValues.Text(value));
        }
        return $"Current stack outputs ({outputs.Count}):\n{table.Text(indent: 4)}";
    }

    private static bool IsRoot(JsonObject resource) =>
        References.Text(resource["type"]) == Urn.StackType && !Deployment.IsOn(resource, "delete");
}
