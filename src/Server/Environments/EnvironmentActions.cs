using System.Globalization;
using Server.Audit;
using Server.Auth;
using Server.Data;
using Server.Environments.Language;
using Server.Organizations;

namespace Server.Environments;

/// <summary>Who works with environments: the account, what it does in the log, and the organization that it does it in.</summary>
/// <param name="Standing">Where it stands in that organization.</param>
/// <param name="ImportsNeed">The permission for what definitions import; null where nothing may be imported.</param>
public sealed record EnvironmentUser(
    string AccountId,
    string Login,
    Actor Actor,
    string OrganizationId,
    string Organization,
    Standing Standing,
    string? ImportsNeed
);

public static class EnvironmentUserExtensions
{
    public static EnvironmentUser EnvironmentUser(this HttpContext http) =>
        new(
            http.Caller().AccountId,
            http.Caller().Login,
            http.Actor(),
            http.Organization().Id,
            http.Organization().Login,
            http.Organization(),
            http.Caller().Limits.Permit(Permission.EnvironmentOpen) ? Permission.EnvironmentOpen : null
        );
}

/// <summary>A definition that cannot be used, with the places where it is wrong.</summary>
public sealed class DefinitionException(IReadOnlyList<Wire.EnvironmentDiagnostic> diagnostics)
    : Exception(
        "The definition has errors: " + string.Join("; ", diagnostics.Where(d => d.Severity != "warning").Take(3).Select(d => d.Summary))
    )
{
    public IReadOnlyList<Wire.EnvironmentDiagnostic> Diagnostics { get; } = diagnostics;
}

/// <summary>What can be done with environments and their revisions, whether through the API or in the console.</summary>
public sealed class EnvironmentActions(
    EnvironmentStore store,
    EnvironmentTagStore tags,
    EnvironmentEvaluation evaluation,
    SecretText secrets,
    Database database,
    AuditStore audit
)
{
    /// <exception cref="ApiException">409: there is one of that name.</exception>
    public Task<string> Create(EnvironmentUser user, string? project, string? name, CancellationToken ct)
    {
        var checkedProject = EnvironmentNames.Check(
            "project",
            string.IsNullOrEmpty(project) ? EnvironmentReference.DefaultProject : project
        );
        var checkedName = EnvironmentNames.Check("environment", name);
        return database.Write(transaction => Create(transaction, user, checkedProject, checkedName), ct);
    }

    /// <summary>As part of something else that is being made.</summary>
    public async Task<string> Create(Transaction transaction, EnvironmentUser user, string project, string name)
    {
        var id = Guid.CreateVersion7().ToString();
        if (!await store.Create(transaction, id, user.OrganizationId, project, name, user.AccountId))
        {
            throw Taken(user, project, name);
        }
        await store.Add(transaction, id, 0, Definition.Parse($"{project}/{name}", ""), user.AccountId);
        await Log(transaction, user, AuditEvent.EnvironmentCreated, $"Created the environment {user.Organization}/{project}/{name}");
        return id;
    }

    /// <summary>One that will hold the configuration of a stack that is being made.</summary>
    /// <exception cref="ApiException">400: there is one of that name, or it cannot be called that.</exception>
    public async Task CreateFor(Transaction transaction, EnvironmentUser user, EnvironmentReference reference)
    {
        var (project, name) = (EnvironmentNames.Check("project", reference.Project), EnvironmentNames.Check("environment", reference.Name));
        if (reference.Version is not null)
        {
            throw ApiException.BadRequest("An environment that is made for a stack has no version yet.");
        }
        if (await store.Exists(transaction, user.OrganizationId, project, name))
        {
            throw ApiException.BadRequest($"Environment '{user.Organization}/{project}/{name}' already exists");
        }
        await Create(transaction, user, project, name);
    }

    /// <param name="etag">Of the text that the writer has seen; null writes over whatever is there.</param>
    /// <returns>The number of the new revision, and warnings.</returns>
    /// <exception cref="DefinitionException">It is wrong.</exception>
    /// <exception cref="ApiException">409: it has been changed meanwhile.</exception>
    public async Task<(long Revision, Evaluated Evaluated)> Update(
        EnvironmentUser user,
        StoredEnvironment environment,
        string text,
        string? etag,
        CancellationToken ct
    )
    {
        var before = (await store.Revision(environment.Id, environment.Latest, ct))!;
        if (!string.IsNullOrEmpty(etag) && etag.Trim('"') != before.ETag.Trim('"'))
        {
            throw Changed(environment);
        }
        var definition = Definition.Parse(environment.ShortName, text);
        var evaluated = await evaluation.Check(user, definition, environment.Id, ct);
        if (evaluated.HasErrors)
        {
            throw new DefinitionException(evaluated.Diagnostics);
        }
        var encrypted = await secrets.Encrypt(definition, environment.OrganizationId, environment.Id, ct);
        var stored = Definition.Parse(environment.ShortName, encrypted);
        await database.Write(
            async transaction =>
            {
                if (!await store.Add(transaction, environment.Id, environment.Latest, stored, user.AccountId))
                {
                    throw Changed(environment);
                }
                await Log(transaction, user, AuditEvent.EnvironmentUpdated, $"Changed the environment {environment.FullName}");
                return true;
            },
            ct
        );
        return (environment.Latest + 1, evaluated);
    }

    /// <param name="version">A number or a tag; null is the newest.</param>
    /// <exception cref="ApiException">404: there is none, or it has been withdrawn.</exception>
    public async Task<StoredRevision> Revision(StoredEnvironment environment, string? version, CancellationToken ct)
    {
        var number = await tags.Number(environment, version, ct);
        var revision = number is { } known ? await store.Revision(environment.Id, known, ct) : null;
        if (revision is null)
        {
            throw ApiException.NotFound($"The environment '{environment.FullName}' has no revision '{version}'");
        }
        return revision.RetractedMs == 0
            ? revision
            : throw ApiException.NotFound(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Revision {revision.Number} of '{environment.FullName}' has been retracted; use {revision.Replacement} instead"
                )
            );
    }

    public async Task Retract(
        EnvironmentUser user,
        StoredEnvironment environment,
        string version,
        long? replacement,
        string? reason,
        CancellationToken ct
    )
    {
        var revision = await Revision(environment, version, ct);
        if (revision.Number == environment.Latest)
        {
            throw ApiException.BadRequest(
                "The latest revision cannot be retracted. Change the environment first, then retract the one before."
            );
        }
        var instead = await Revision(
            environment,
            (replacement ?? await Before(environment, revision.Number, ct)).ToString(CultureInfo.InvariantCulture),
            ct
        );
        if (instead.Number == revision.Number)
        {
            throw ApiException.BadRequest("A revision cannot be its own replacement.");
        }
        await database.Write(
            async transaction =>
            {
                if (!await store.Retract(transaction, environment.Id, revision.Number, instead.Number, reason, user.AccountId))
                {
                    throw ApiException.Conflict("The revision has been retracted meanwhile.");
                }
                await tags.MoveRevisionTags(transaction, environment.Id, revision.Number, instead.Number, user.AccountId);
                var what = string.Create(CultureInfo.InvariantCulture, $"Retracted revision {revision.Number} of {environment.FullName}");
                await Log(transaction, user, AuditEvent.EnvironmentRevisionRetracted, what);
                return true;
            },
            ct
        );
    }

    public Task Protect(EnvironmentUser user, StoredEnvironment environment, bool on, CancellationToken ct) =>
        database.Write(
            async transaction =>
            {
                await store.Protect(transaction, environment.Id, on);
                await Log(
                    transaction,
                    user,
                    on ? AuditEvent.EnvironmentProtected : AuditEvent.EnvironmentUnprotected,
                    $"Switched the deletion protection of {environment.FullName} {(on ? "on" : "off")}"
                );
                return true;
            },
            ct
        );

    /// <exception cref="ApiException">409: it is protected.</exception>
    public Task Delete(EnvironmentUser user, StoredEnvironment environment, CancellationToken ct) =>
        database.Write(
            async transaction =>
            {
                if (!await store.Delete(transaction, environment.Id))
                {
                    throw ApiException.Conflict($"The environment '{environment.FullName}' is protected against deletion.");
                }
                await Log(transaction, user, AuditEvent.EnvironmentDeleted, $"Deleted the environment {environment.FullName}");
                return true;
            },
            ct
        );

    /// <exception cref="ApiException">409: its name is taken.</exception>
    public Task Restore(EnvironmentUser user, StoredEnvironment environment, CancellationToken ct) =>
        database.Write(
            async transaction =>
            {
                if (!await store.Restore(transaction, environment.Id))
                {
                    throw Taken(user, environment.Project, environment.Name);
                }
                await Log(transaction, user, AuditEvent.EnvironmentRestored, $"Restored the environment {environment.FullName}");
                return true;
            },
            ct
        );

    /// <summary>The revision before one, or else after it, that has not been withdrawn.</summary>
    private async Task<long> Before(StoredEnvironment environment, long number, CancellationToken ct) =>
        (await store.Revisions(environment.Id, number, 100, ct)).Find(r => r.RetractedMs == 0)?.Number ?? environment.Latest;

    private Task Log(Transaction transaction, EnvironmentUser user, string name, string what) =>
        audit.Add(transaction, user.Actor, user.OrganizationId, name, what, stackId: null);

    internal static ApiException Taken(EnvironmentUser user, string project, string name) =>
        ApiException.Conflict($"Environment '{user.Organization}/{project}/{name}' already exists");

    private static ApiException Changed(StoredEnvironment environment) =>
        ApiException.Conflict($"The environment '{environment.FullName}' has been changed meanwhile. Read it again and repeat the change.");
}
