using System.Text.Json;
using Server.State;

namespace Server.Resources;

/// <summary>Reads a single resource, as it stands in the state, without the rest of it.</summary>
public sealed class ResourceText(StateStore states)
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = StateJson.MaxDepth };

    public Task<JsonElement?> Read(IndexedState index, IndexedResource resource, CancellationToken ct) =>
        Read(index.StateId, resource.Start, resource.Length, ct);

    /// <param name="start">Where it stands in the text of the state, as the index says.</param>
    /// <returns>Null if the state is gone.</returns>
    public async Task<JsonElement?> Read(string stateId, long start, long length, CancellationToken ct) =>
        await states.FindById(stateId, ct) is { } state
            ? JsonDocument.Parse(await states.Read(state, start, (int)length, ct), Options).RootElement
            : null;
}
