using System.Text.Json;

namespace Server.Resources;

/// <summary>Reads the outputs of a stack: those of the resource that stands for it.</summary>
public sealed class OutputReader(ResourceIndexStore index, ResourceListStore resources, ResourceText text)
{
    /// <returns>An object; null if the stack has none, or none that the index knows of.</returns>
    public async Task<JsonElement?> Read(string stackId, CancellationToken ct) =>
        await index.Find(stackId, ct) is { } state
        && await resources.FirstOfType(state.StateId, State.Urn.StackType, ct) is { } root
        && await text.Read(state, root, ct) is { } resource
        && resource.TryGetProperty("outputs", out var outputs)
        && outputs.ValueKind == JsonValueKind.Object
            ? outputs
            : null;
}
