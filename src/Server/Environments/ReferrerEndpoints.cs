using Server.Auth;
using Wire;

namespace Server.Environments;

/// <summary>What uses an environment: others that import it, by the version that they name.</summary>
public static class ReferrerEndpoints
{
    public static void MapReferrers(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(EnvironmentAccess.Route + "/referrers", List).RequireEnvironment(Permission.EnvironmentRead);
        routes
            .MapGet(EnvironmentAccess.Route + "/versions/{version}/referrers", ListOfVersion)
            .RequireEnvironment(Permission.EnvironmentRead);
    }

    private static Task<ListEnvironmentReferrersResponse> List(HttpContext http, EnvironmentStore store, CancellationToken ct) =>
        Find(http, null, store, ct);

    private static Task<ListEnvironmentReferrersResponse> ListOfVersion(
        HttpContext http,
        string version,
        EnvironmentStore store,
        CancellationToken ct
    ) => Find(http, version, store, ct);

    private static async Task<ListEnvironmentReferrersResponse> Find(
        HttpContext http,
        string? version,
        EnvironmentStore store,
        CancellationToken ct
    )
    {
        var importers = (await store.Importers(http.Environment(), ct)).Where(i => version is null || i.Version == version);
        return new(
            importers
                .GroupBy(i => i.Version)
                .ToDictionary(
                    g => g.Key,
                    IReadOnlyList<EnvironmentReferrer> (g) => [.. g.Select(i => new EnvironmentReferrer(new(i.Project, i.Name, i.Latest)))]
                )
        );
    }
}
