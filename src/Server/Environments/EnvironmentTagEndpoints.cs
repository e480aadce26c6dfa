using Server.Audit;
using Server.Auth;
using Server.Data;
using Server.Http;
using Server.Organizations;
using Wire;

namespace Server.Environments;

/// <summary>What people note about environments: names with values.</summary>
public static class EnvironmentTagEndpoints
{
    private const string Route = EnvironmentAccess.Route + "/tags";

    public static void MapEnvironmentTags(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(EnvironmentAccess.OrganizationRoute + "/tags", OfOrganization).RequireMember(Permission.EnvironmentTagsList);
        routes.MapGet(Route, List).RequireEnvironment(Permission.EnvironmentTagRead);
        routes.MapPost(Route, Add).RequireEnvironment(Permission.EnvironmentTagCreate);
        routes.MapGet(Route + "/{tagName}", Read).RequireEnvironment(Permission.EnvironmentTagRead);
        routes.MapPatch(Route + "/{tagName}", Change).RequireEnvironment(Permission.EnvironmentTagUpdate);
        routes.MapDelete(Route + "/{tagName}", Delete).RequireEnvironment(Permission.EnvironmentTagDelete);
    }

    private static async Task<Dictionary<string, IReadOnlyList<string>>> OfOrganization(
        HttpContext http,
        EnvironmentTagStore tags,
        CancellationToken ct
    ) =>
        (await tags.OfOrganization(http.Organization(), ct))
            .GroupBy(t => t.Name, t => t.Value)
            .ToDictionary(g => g.Key, IReadOnlyList<string> (g) => [.. g.Distinct()]);

    private static async Task<ListEnvironmentTagsResponse> List(HttpContext http, EnvironmentTagStore tags, CancellationToken ct) =>
        new((await tags.Tags(http.Environment().Id, ct)).ToDictionary(t => t.Name, Tag), "");

    private static async Task<EnvironmentTag> Read(HttpContext http, string tagName, EnvironmentTagStore tags, CancellationToken ct) =>
        Tag(await tags.Tag(http.Environment().Id, tagName, ct) ?? throw NoTag(http, tagName));

    private static async Task<EnvironmentTag> Add(
        HttpContext http,
        Body<CreateEnvironmentTagRequest> body,
        EnvironmentTagStore tags,
        Database database,
        AuditStore audit,
        CancellationToken ct
    )
    {
        var (name, value) = (EnvironmentNames.CheckTag(body.Value.Name), EnvironmentNames.CheckTagValue(body.Value.Value));
        await database.Write(
            async transaction =>
            {
                if (!await tags.Add(transaction, http.Environment().Id, name, value, http.Caller().AccountId))
                {
                    throw ApiException.Conflict($"The tag '{name}' already exists");
                }
                await Log(http, transaction, audit, AuditEvent.EnvironmentTagCreated, $"Set the tag '{name}'");
                return true;
            },
            ct
        );
        return await Read(http, name, tags, ct);
    }

    private static async Task<EnvironmentTag> Change(
        HttpContext http,
        string tagName,
        Body<UpdateEnvironmentTagRequest> body,
        EnvironmentTagStore tags,
        Database database,
        AuditStore audit,
        CancellationToken ct
    )
    {
        var (old, request) = (await tags.Tag(http.Environment().Id, tagName, ct) ?? throw NoTag(http, tagName), body.Value);
        if (!string.IsNullOrEmpty(request.CurrentTag?.Value) && request.CurrentTag.Value != old.Value)
        {
            throw ApiException.Conflict($"The tag '{tagName}' has been changed meanwhile. Read it again and repeat the change.");
        }
        var name = EnvironmentNames.CheckTag(string.IsNullOrEmpty(request.NewTag?.Name) ? tagName : request.NewTag.Name);
        var value = EnvironmentNames.CheckTagValue(string.IsNullOrEmpty(request.NewTag?.Value) ? old.Value : request.NewTag.Value);
        await database.Write(
            async transaction =>
            {
                if (!await tags.Change(transaction, http.Environment().Id, tagName, name, value, http.Caller().AccountId))
                {
                    throw ApiException.Conflict($"The tag '{name}' already exists");
                }
                await Log(http, transaction, audit, AuditEvent.EnvironmentTagUpdated, $"Changed the tag '{tagName}'");
                return true;
            },
            ct
        );
        return await Read(http, name, tags, ct);
    }

    private static async Task<IResult> Delete(
        HttpContext http,
        string tagName,
        EnvironmentTagStore tags,
        Database database,
        AuditStore audit,
        CancellationToken ct
    )
    {
        await database.Write(
            async transaction =>
            {
                if (!await tags.Delete(transaction, http.Environment().Id, tagName))
                {
                    throw NoTag(http, tagName);
                }
                await Log(http, transaction, audit, AuditEvent.EnvironmentTagDeleted, $"Deleted the tag '{tagName}'");
                return true;
            },
            ct
        );
        return Results.NoContent();
    }

    private static Task Log(HttpContext http, Transaction transaction, AuditStore audit, string name, string what) =>
        audit.Add(
            transaction,
            http.Actor(),
            http.Environment().OrganizationId,
            name,
            $"{what} of the environment {http.Environment().FullName}",
            null
        );

    private static EnvironmentTag Tag(StoredTag tag) =>
        new(
            tag.Id,
            tag.Name,
            tag.Value,
            EnvironmentEndpoints.Time(tag.CreatedMs),
            EnvironmentEndpoints.Time(tag.ModifiedMs),
            tag.EditorLogin ?? "",
            tag.EditorName ?? ""
        );

    private static ApiException NoTag(HttpContext http, string name) =>
        ApiException.NotFound($"The environment '{http.Environment().FullName}' has no tag '{name}'");
}
