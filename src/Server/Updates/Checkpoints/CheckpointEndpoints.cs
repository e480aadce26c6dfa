using Server.Http;

namespace Server.Updates.Checkpoints;

/// <summary>PATCH …/checkpoint, …/checkpointverbatim and …/checkpointdelta: what an update without a journal saves, one after another.</summary>
public static class CheckpointEndpoints
{
    /// <summary>Of a state as text; states of 100 MB exist.</summary>
    private const int Largest = 256 * BodyLimit.Mebibyte;

    public static void MapCheckpoints(this IEndpointRouteBuilder routes)
    {
        Map("/checkpoint", (saving, id, lease, body, ct) => saving.Full(id, lease, body, ct));
        Map("/checkpointverbatim", (saving, id, lease, body, ct) => saving.Verbatim(id, lease, body, ct));
        Map("/checkpointdelta", (saving, id, lease, body, ct) => saving.Delta(id, lease, body, ct));

        void Map(string below, Save save) =>
            routes.MapUpdate(
                "PATCH",
                below,
                async (HttpContext http, CheckpointSaving saving, CancellationToken ct) =>
                {
                    using var body = await SavedBody.Read(http, Largest);
                    await save(saving, http.UpdateId(), http.Lease(), body, ct);
                    return Results.NoContent();
                },
                route => route.RequireLease().SaveBody(Largest)
            );
    }

    private delegate Task Save(CheckpointSaving saving, string id, Lease lease, SavedBody body, CancellationToken ct);
}
