using System.Text.Json.Nodes;
using Cli.Api;

namespace Cli.Backends.Cloud;

/// <summary>Updates that were made elsewhere, into the history of a stack on Holdfast. Pulumi Cloud takes none.</summary>
internal sealed class CloudPast(CloudConnection connection, StackName stack)
{
    private const int LargestBatch = 100;
    private const int LargestBody = 4 * 1024 * 1024;

    private string Path => $"/api/console{CloudBackend.PathOf(stack)["/api".Length..]}/past-updates";

    /// <returns>Null where the cloud has no such call.</returns>
    public async Task<PastStatus?> Status(CancellationToken ct)
    {
        var body = await connection.SendOr(CloudCall.Get(Path), refused => refused.Code is 404 or 405, _ => null, ct);
        return body is null ? null : Read(CloudConnection.Parse(body));
    }

    /// <param name="updates">Oldest first, as the history of a cloud has them.</param>
    public async Task Add(IEnumerable<JsonNode> updates, CancellationToken ct)
    {
        var (batch, size) = (new JsonArray(), 0);
        foreach (var update in updates)
        {
            var more = update.ToJsonString().Length;
            if (batch.Count == LargestBatch || (batch.Count > 0 && size + more > LargestBody))
            {
                await Add(batch, ct);
                (batch, size) = ([], 0);
            }
            batch.Add(update);
            size += more;
        }
        if (batch.Count > 0)
        {
            await Add(batch, ct);
        }
    }

    /// <returns>Why the cloud does not want this one; null where it has taken it.</returns>
    public async Task<string?> AddState(long version, ReadOnlyMemory<byte> deployment, CancellationToken ct)
    {
        string? why = null;
        var call = new CloudCall(HttpMethod.Put, $"{Path}/{version}/state") { Body = deployment, Gzip = true };
        await connection.SendOr(
            call,
            refused =>
            {
                why = refused.Status is 400 or 413 ? refused.Message : null;
                return why is not null;
            },
            _ => null,
            ct
        );
        return why;
    }

    private Task<byte[]> Add(JsonArray batch, CancellationToken ct) =>
        connection.Send(CloudCall.Post(Path, new JsonObject { ["updates"] = batch }) with { Gzip = true }, ct);

    private static PastStatus Read(JsonObject status) =>
        new(status["open"]!.GetValue<bool>(), status["version"]!.GetValue<long>(), status["stateVersion"]!.GetValue<long>());
}

/// <param name="Open">Nothing has happened to the stack there yet.</param>
/// <param name="Version">Of the last update that it has.</param>
/// <param name="StateVersion">Of the last that came with its state.</param>
internal sealed record PastStatus(bool Open, long Version, long StateVersion);
