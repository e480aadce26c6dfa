using System.Globalization;
using Server.Audit;
using Server.Auth;
using Server.Http;
using Server.Secrets;
using Server.Stacks;
using Wire;

namespace Server.Updates.History;

/// <summary>/api/console/stacks/{org}/{project}/{stack}/past-updates: a history that comes from elsewhere, as <c>pulumi stack migrate</c> brings it.</summary>
public static class PastUpdateEndpoints
{
    /// <summary>Of one state as text.</summary>
    private const int LargestState = 256 * BodyLimit.Mebibyte;

    private static readonly string Route = "/api/console" + StackAccess.Route["/api".Length..] + "/past-updates";

    public static void MapPastUpdates(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Route, Status).RequireStack(Permission.StackImport);
        routes.MapPost(Route, Add).RequireStack(Permission.StackImport).LimitBody(CreateEndpoints.LargestBody);
        routes.MapPut(Route + "/{version}/state", AddState).RequireStack(Permission.StackImport).LimitBody(LargestState);
    }

    private static Task<PastUpdatesStatus> Status(HttpContext http, PastUpdates past, CancellationToken ct) =>
        past.Status(http.Stack(), ct);

    private static Task<PastUpdatesStatus> Add(HttpContext http, Body<PastUpdatesRequest> body, PastUpdates past, CancellationToken ct) =>
        past.Add(http.Stack(), http.Caller(), http.Actor(), Client.Of(http), body.Value.Updates, ct);

    private static async Task<PastUpdatesStatus> AddState(
        HttpContext http,
        string version,
        PastUpdates past,
        Decryption decryption,
        CancellationToken ct
    )
    {
        if (!long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            throw ApiException.NotFound($"'{version}' is not a version, which is a number from 1");
        }
        using var text = new Rented((int)Math.Clamp((http.Request.ContentLength ?? 0) + 1, 4096, 16 * BodyLimit.Mebibyte));
        if (!await text.Fill(http.Request.Body, LargestState, ct))
        {
            throw SavedBody.TooLarge(LargestState);
        }
        return await past.AddState(
            http.Stack(),
            http.Actor(),
            number,
            text.Memory,
            async ciphertext => await decryption.TryOpen(http, ciphertext, ct) is not null,
            ct
        );
    }
}
