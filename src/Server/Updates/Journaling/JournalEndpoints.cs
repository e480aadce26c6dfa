using Server.Http;

namespace Server.Updates.Journaling;

/// <summary>PATCH …/journalentries. The client halves a batch that is answered 413, down to single entries.</summary>
public static class JournalEndpoints
{
    /// <summary>Of a batch as text: a hundred entries at most, and no single one comes near this.</summary>
    private const int Largest = 32 * BodyLimit.Mebibyte;

    public static void MapJournal(this IEndpointRouteBuilder routes) =>
        routes.MapUpdate(
            "PATCH",
            "/journalentries",
            async (HttpContext http, JournalSaving saving, CancellationToken ct) =>
            {
                using var body = await SavedBody.Read(http, Largest);
                await saving.Append(http.UpdateId(), http.Lease(), body, ct);
                return Results.NoContent();
            },
            route => route.RequireLease().SaveBody(Largest)
        );
}
