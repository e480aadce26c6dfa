using System.Globalization;
using Server.Audit;
using Server.Auth;
using Server.Data;
using Server.Http;
using Wire;

namespace Server.Environments;

/// <summary>The revisions of an environment, and the names that are given to them.</summary>
public static class RevisionEndpoints
{
    private const string Route = EnvironmentAccess.Route + "/versions";
    private const int PageSize = 50;
    private const int LargestPage = 500;
    private const int LongestReason = 1000;

    public static void MapRevisions(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Route, List).RequireEnvironment(Permission.EnvironmentVersionRead);
        routes.MapPost(Route + "/{version}/retract", Retract).RequireEnvironment(Permission.EnvironmentVersionRetract);
        routes.MapGet(Route + "/tags", ListTags).RequireEnvironment(Permission.EnvironmentVersionRead);
        routes.MapGet(Route + "/{version}/tags", ListTagsOfVersion).RequireEnvironment(Permission.EnvironmentVersionRead);
        routes.MapPost(Route + "/tags", AddTag).RequireEnvironment(Permission.EnvironmentVersionCreate);
        routes.MapGet(Route + "/tags/{tagName}", ReadTag).RequireEnvironment(Permission.EnvironmentVersionRead);
        routes.MapPatch(Route + "/tags/{tagName}", MoveTag).RequireEnvironment(Permission.EnvironmentVersionUpdate);
        routes.MapDelete(Route + "/tags/{tagName}", DeleteTag).RequireEnvironment(Permission.EnvironmentVersionDelete);
    }

    private static async Task<IReadOnlyList<EnvironmentRevision>> List(
        HttpContext http,
        string? before,
        string? count,
        EnvironmentStore store,
        EnvironmentTagStore tags,
        CancellationToken ct
    )
    {
        var environment = http.Environment();
        var below =
            string.IsNullOrEmpty(before) ? long.MaxValue
            : long.TryParse(before, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
            : throw ApiException.BadRequest($"'{before}' is no number of a revision.");
        var revisions = await store.Revisions(environment.Id, below, Paging.Size(count, PageSize, LargestPage), ct);
        var names = (await tags.RevisionTags(environment.Id, ct)).ToLookup(t => t.Revision, t => t.Name);
        return
        [
            .. revisions.Select(r =>
                Revision(r, environment.Latest == r.Number ? [EnvironmentNames.Latest, .. names[r.Number]] : [.. names[r.Number]])
            ),
        ];
    }

    private static EnvironmentRevision Revision(StoredRevision revision, List<string> tags) =>
        new(revision.Number, EnvironmentEndpoints.Time(revision.CreatedMs), tags)
        {
            CreatorLogin = revision.Login,
            CreatorName = revision.Name,
            Retracted =
                revision.RetractedMs == 0
                    ? null
                    : new(revision.Replacement ?? 0, EnvironmentEndpoints.Time(revision.RetractedMs))
                    {
                        ByLogin = revision.RetractedLogin,
                        ByName = revision.RetractedName,
                        Reason = revision.Reason,
                    },
        };

    private static async Task<IResult> Retract(
        HttpContext http,
        string version,
        Body<RetractEnvironmentRevisionRequest> body,
        EnvironmentActions environments,
        CancellationToken ct
    )
    {
        if (body.Value.Reason is { } reason && (reason.Length > LongestReason || !EnvironmentNames.IsLine(reason)))
        {
            throw ApiException.BadRequest($"A reason is one line of at most {LongestReason} characters.");
        }
        await environments.Retract(http.EnvironmentUser(), http.Environment(), version, body.Value.Replacement, body.Value.Reason, ct);
        return Results.NoContent();
    }

    private static async Task<ListEnvironmentRevisionTagsResponse> ListTags(
        HttpContext http,
        string? after,
        string? count,
        EnvironmentTagStore tags,
        CancellationToken ct
    ) => Page([Latest(http.Environment()), .. (await tags.RevisionTags(http.Environment().Id, ct)).Select(Tag)], after, count);

    private static async Task<ListEnvironmentRevisionTagsResponse> ListTagsOfVersion(
        HttpContext http,
        string version,
        string? after,
        string? count,
        EnvironmentActions environments,
        EnvironmentTagStore tags,
        CancellationToken ct
    )
    {
        var revision = await environments.Revision(http.Environment(), version, ct);
        var all = (await tags.RevisionTags(http.Environment().Id, ct)).Select(Tag).Prepend(Latest(http.Environment()));
        return Page([.. all.Where(t => t.Revision == revision.Number)], after, count);
    }

    private static ListEnvironmentRevisionTagsResponse Page(List<EnvironmentRevisionTag> all, string? after, string? count)
    {
        var size = Paging.Size(count, LargestPage, LargestPage);
        var rest = all.OrderBy(t => t.Name, StringComparer.Ordinal)
            .Where(t => string.IsNullOrEmpty(after) || string.CompareOrdinal(t.Name, after) > 0)
            .Take(size + 1)
            .ToList();
        return new([.. rest.Take(size)], rest.Count > size ? rest[size - 1].Name : "");
    }

    private static async Task<EnvironmentRevisionTag> ReadTag(
        HttpContext http,
        string tagName,
        EnvironmentTagStore tags,
        CancellationToken ct
    ) =>
        tagName == EnvironmentNames.Latest ? Latest(http.Environment())
        : await tags.RevisionTag(http.Environment().Id, tagName, ct) is { } tag ? Tag(tag)
        : throw NoTag(http, tagName);

    private static Task<IResult> AddTag(
        HttpContext http,
        Body<CreateEnvironmentRevisionTagRequest> body,
        EnvironmentActions environments,
        EnvironmentTagStore tags,
        Database database,
        AuditStore audit,
        CancellationToken ct
    )
    {
        var name = EnvironmentNames.CheckRevisionTag(body.Value.Name);
        return Set(
            http,
            body.Value.Revision,
            environments,
            async (transaction, number) =>
            {
                if (!await tags.AddRevisionTag(transaction, http.Environment().Id, name, number, http.Caller().AccountId))
                {
                    throw ApiException.Conflict($"The revision tag '{name}' already exists");
                }
                await Log(http, transaction, audit, AuditEvent.EnvironmentRevisionTagCreated, $"Named revision {number} '{name}'");
            },
            database,
            ct
        );
    }

    private static Task<IResult> MoveTag(
        HttpContext http,
        string tagName,
        Body<UpdateEnvironmentRevisionTagRequest> body,
        EnvironmentActions environments,
        EnvironmentTagStore tags,
        Database database,
        AuditStore audit,
        CancellationToken ct
    )
    {
        EnvironmentNames.CheckRevisionTag(tagName);
        return Set(
            http,
            body.Value.Revision,
            environments,
            async (transaction, number) =>
            {
                if (!await tags.MoveRevisionTag(transaction, http.Environment().Id, tagName, number, http.Caller().AccountId))
                {
                    throw NoTag(http, tagName);
                }
                await Log(
                    http,
                    transaction,
                    audit,
                    AuditEvent.EnvironmentRevisionTagUpdated,
                    $"Moved the name '{tagName}' to revision {number}"
                );
            },
            database,
            ct
        );
    }

    private static async Task<IResult> Set(
        HttpContext http,
        long? revision,
        EnvironmentActions environments,
        Func<Transaction, long, Task> write,
        Database database,
        CancellationToken ct
    )
    {
        var found = await environments.Revision(http.Environment(), revision?.ToString(CultureInfo.InvariantCulture), ct);
        await database.Write(
            async transaction =>
            {
                await write(transaction, found.Number);
                return true;
            },
            ct
        );
        return Results.NoContent();
    }

    private static async Task<IResult> DeleteTag(
        HttpContext http,
        string tagName,
        EnvironmentTagStore tags,
        Database database,
        AuditStore audit,
        CancellationToken ct
    )
    {
        EnvironmentNames.CheckRevisionTag(tagName);
        await database.Write(
            async transaction =>
            {
                if (!await tags.DeleteRevisionTag(transaction, http.Environment().Id, tagName))
                {
                    throw NoTag(http, tagName);
                }
                await Log(
                    http,
                    transaction,
                    audit,
                    AuditEvent.EnvironmentRevisionTagDeleted,
                    $"Deleted the name '{tagName}' of a revision"
                );
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

    private static EnvironmentRevisionTag Latest(StoredEnvironment environment) =>
        new(
            EnvironmentNames.Latest,
            environment.Latest,
            EnvironmentEndpoints.Time(environment.CreatedMs),
            EnvironmentEndpoints.Time(environment.ModifiedMs)
        );

    private static EnvironmentRevisionTag Tag(StoredRevisionTag tag) =>
        new(
            tag.Name,
            tag.Revision,
            EnvironmentEndpoints.Time(tag.CreatedMs),
            EnvironmentEndpoints.Time(tag.ModifiedMs),
            tag.EditorLogin,
            tag.EditorName
        );

    private static ApiException NoTag(HttpContext http, string name) =>
        ApiException.NotFound($"The environment '{http.Environment().FullName}' has no revision tag '{name}'");
}
