using System.Globalization;
using Server.Auth;
using Server.Http;
using Server.Organizations;
using Wire;

namespace Server.Environments;

/// <summary>How environments are listed, made, copied and deleted.</summary>
public static class EnvironmentEndpoints
{
    private const int PageSize = 100;
    private const int LargestPage = 1000;

    public static void AddEnvironments(this IServiceCollection services)
    {
        services.AddSingleton<EnvironmentStore>();
        services.AddSingleton<EnvironmentTagStore>();
        services.AddSingleton<EnvironmentSessionStore>();
        services.AddSingleton<SecretText>();
        services.AddSingleton<EnvironmentEvaluation>();
        services.AddSingleton<EnvironmentActions>();
        services.AddSingleton<EnvironmentCopies>();
    }

    public static void MapEnvironments(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/esc/environments", ListAll).RequireUser();
        routes.MapGet(EnvironmentAccess.OrganizationRoute, List).RequireMember(Permission.EnvironmentList);
        routes.MapPost(EnvironmentAccess.OrganizationRoute, Create).RequireMember(Permission.EnvironmentCreate);
        routes.MapGet(EnvironmentAccess.OrganizationRoute + "/restore", ListDeleted).RequireMember(Permission.EnvironmentListDeleted);
        routes.MapPut(EnvironmentAccess.OrganizationRoute + "/restore", Restore).RequireMember(Permission.EnvironmentRestoreDeleted);
        routes.MapDelete(EnvironmentAccess.Route, Delete).RequireEnvironment(Permission.EnvironmentDelete);
        routes.MapPost(EnvironmentAccess.Route + "/clone", Clone).RequireEnvironment(Permission.EnvironmentClone);
        routes.MapGet(EnvironmentAccess.Route + "/metadata", Metadata).RequireEnvironment(Permission.EnvironmentRead);
        routes.MapGet(EnvironmentAccess.Route + "/settings", Settings).RequireEnvironment(Permission.EnvironmentSettingsRead);
        routes.MapPatch(EnvironmentAccess.Route + "/settings", ChangeSettings).RequireEnvironment(Permission.EnvironmentSettingsUpdate);
        routes.MapGet("/api/esc/providers", () => new ListProvidersResponse([])).RequireUser();
        routes.MapGet("/api/esc/rotators", () => new ListRotatorsResponse([])).RequireUser();
        routes.MapDefinitions();
        routes.MapRevisions();
        routes.MapEnvironmentTags();
        routes.MapReferrers();
        routes.MapEnvironmentSecrets();
        routes.MapStackConfig();
    }

    internal static string Time(long ms) =>
        DateTimeOffset.FromUnixTimeMilliseconds(ms).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static async Task<ListEnvironmentsResponse> ListAll(
        Caller caller,
        string? organization,
        string? continuationToken,
        string? maxResults,
        OrganizationStore organizations,
        EnvironmentStore store,
        EnvironmentTagStore tags,
        CancellationToken ct
    )
    {
        var reached = (await organizations.OfAccount(caller.AccountId, ct)).FindAll(o => caller.Limits.Reaches(o.Id));
        if (!string.IsNullOrEmpty(organization))
        {
            reached = reached.FindAll(o => string.Equals(o.Login, organization, StringComparison.OrdinalIgnoreCase));
            if (reached.Count == 0)
            {
                throw ApiException.NotFound($"Organization '{organization}' not found");
            }
        }
        return await Page(reached, continuationToken, maxResults, store, tags, ct);
    }

    private static Task<ListEnvironmentsResponse> List(
        HttpContext http,
        string? continuationToken,
        string? maxResults,
        EnvironmentStore store,
        EnvironmentTagStore tags,
        CancellationToken ct
    ) => Page([http.Organization()], continuationToken, maxResults, store, tags, ct);

    private static async Task<ListEnvironmentsResponse> Page(
        IReadOnlyList<Organization> readers,
        string? continuationToken,
        string? maxResults,
        EnvironmentStore store,
        EnvironmentTagStore tags,
        CancellationToken ct
    )
    {
        var size = Paging.Size(maxResults, PageSize, LargestPage);
        var found = await store.Page(readers, Paging.Position(continuationToken, 3), size + 1, ct);
        var more = found.Count > size;
        var page = found.Take(size).ToList();
        var items = new List<OrgEnvironment>();
        foreach (var environment in page)
        {
            items.Add(Item(environment, await tags.Tags(environment.Id, ct)));
        }
        return new(items, more ? Paging.Token(page[^1].Organization.ToLowerInvariant(), page[^1].Project, page[^1].Name) : "");
    }

    private static OrgEnvironment Item(StoredEnvironment environment, List<StoredTag> tags) =>
        new(
            environment.Id,
            environment.Organization,
            environment.Project,
            environment.Name,
            Time(environment.CreatedMs),
            Time(environment.ModifiedMs),
            tags.ToDictionary(t => t.Name, t => t.Value),
            new(environment.DeletionProtected),
            environment.Owner,
            new(0, 0),
            environment.DeletedMs > 0 ? Time(environment.DeletedMs) : null
        );

    private static async Task<IResult> Create(
        HttpContext http,
        Body<CreateEnvironmentRequest> body,
        EnvironmentActions environments,
        CancellationToken ct
    )
    {
        await environments.Create(http.EnvironmentUser(), body.Value.Project, body.Value.Name, ct);
        return Results.Ok();
    }

    private static async Task<ListEnvironmentsResponse> ListDeleted(HttpContext http, EnvironmentStore store, CancellationToken ct) =>
        new([.. (await store.Deleted(http.Organization(), LargestPage, ct)).Select(e => Item(e, []))], "");

    private static async Task<IResult> Restore(
        HttpContext http,
        Body<RestoreEnvironmentRequest> body,
        EnvironmentStore store,
        EnvironmentActions environments,
        CancellationToken ct
    )
    {
        var (request, user) = (body.Value, http.EnvironmentUser());
        var deleted = (await store.Deleted(http.Organization(), LargestPage, ct)).Find(e =>
            e.Project == request.Project
            && e.Name == request.Name
            && (request.DeletionTimestamp is null || Time(e.DeletedMs) == request.DeletionTimestamp)
        );
        await environments.Restore(
            user,
            deleted ?? throw ApiException.NotFound($"There is no deleted environment '{request.Project}/{request.Name}'"),
            ct
        );
        return Results.NoContent();
    }

    private static async Task<IResult> Delete(HttpContext http, EnvironmentActions environments, CancellationToken ct)
    {
        await environments.Delete(http.EnvironmentUser(), http.Environment(), ct);
        return Results.Ok();
    }

    private static async Task<IResult> Clone(
        HttpContext http,
        Body<CloneEnvironmentRequest> body,
        EnvironmentCopies copies,
        CancellationToken ct
    )
    {
        await copies.Clone(http.EnvironmentUser(), http.Environment(), body.Value, ct);
        return Results.NoContent();
    }

    private static EnvironmentMetadata Metadata(HttpContext http) => new(http.Environment().Id, http.Environment().Owner);

    private static EnvironmentSettings Settings(HttpContext http) => new(http.Environment().DeletionProtected);

    private static async Task<IResult> ChangeSettings(
        HttpContext http,
        Body<PatchEnvironmentSettingsRequest> body,
        EnvironmentActions environments,
        CancellationToken ct
    )
    {
        if (body.Value.DeletionProtected is { } on)
        {
            await environments.Protect(http.EnvironmentUser(), http.Environment(), on, ct);
        }
        return Results.Ok();
    }
}
