using Server.Audit;
using Server.Auth;
using Server.Data;
using Server.Environments.Language;
using Server.Secrets;

namespace Server.Environments;

/// <summary>Evaluates definitions with what the organization has stored, and keeps what was opened for as long as it may be read.</summary>
public sealed class EnvironmentEvaluation(
    EnvironmentStore store,
    EnvironmentTagStore tags,
    EnvironmentSessionStore sessions,
    SecretText secrets,
    OwnerKeys keys,
    Database database,
    AuditStore audit,
    TimeProvider clock
)
{
    /// <summary>What anonymous definitions are called in diagnostics.</summary>
    public const string Anonymous = "yaml";

    /// <param name="environmentId">Whose ciphertexts they are; null for a definition that is stored nowhere.</param>
    /// <param name="replaced">Environments that others take the place of.</param>
    public async Task<Evaluated> Check(
        EnvironmentUser user,
        Definition definition,
        string? environmentId,
        CancellationToken ct,
        IReadOnlyDictionary<string, string>? replaced = null
    )
    {
        var caller = new EvaluationCaller(user.AccountId, user.Login, user.OrganizationId, user.Organization);
        var evaluator = new Evaluator(caller, (reference, cancel) => Load(user, Replaced(reference, replaced), cancel));
        return await evaluator.Run(await WithPlaintexts(definition, user.OrganizationId, environmentId, ct), ct);
    }

    /// <returns>The session, by which the result can be read.</returns>
    /// <exception cref="DefinitionException">It does not evaluate.</exception>
    public async Task<string> Open(
        EnvironmentUser user,
        Definition definition,
        StoredEnvironment? environment,
        TimeSpan duration,
        CancellationToken ct,
        IReadOnlyDictionary<string, string>? replaced = null
    )
    {
        var evaluated = await Check(user, definition, environment?.Id, ct, replaced);
        if (evaluated.HasErrors)
        {
            throw new DefinitionException(evaluated.Diagnostics);
        }
        var id = Guid.CreateVersion7().ToString();
        var content = await keys.Encrypt(
            user.OrganizationId,
            EvaluatedJson.Write(evaluated, showSecrets: true, check: false),
            Purpose(id),
            ct
        );
        var expires = (clock.GetUtcNow() + duration).ToUnixTimeMilliseconds();
        await database.Write(
            async transaction =>
            {
                await sessions.DeleteExpired(transaction);
                await sessions.Add(transaction, id, user.OrganizationId, environment?.Id, user.AccountId, content, expires);
                await audit.Add(
                    transaction,
                    user.Actor,
                    user.OrganizationId,
                    AuditEvent.EnvironmentOpened,
                    "Opened " + What(environment, definition),
                    null
                );
                return true;
            },
            ct
        );
        return id;
    }

    /// <returns>The evaluated environment as JSON.</returns>
    /// <exception cref="ApiException">404: there is no such session, or it has expired.</exception>
    public async Task<byte[]> Read(EnvironmentUser user, StoredEnvironment? environment, string id, CancellationToken ct)
    {
        var content =
            await sessions.Find(id, user.OrganizationId, environment?.Id, user.AccountId, ct)
            ?? throw ApiException.NotFound("There is no such open environment; its time may be over. Open it again.");
        var plaintext = await keys.Decrypt(user.OrganizationId, content, Purpose(id), ct);
        var what =
            $"Read {(environment is null ? "an anonymous environment" : "the environment " + environment.FullName)} that was opened as {id}";
        await audit.Add(user.Actor, user.OrganizationId, AuditEvent.EnvironmentReadOpened, what, stackId: null, ct);
        return plaintext;
    }

    private async Task<LoadedDefinition?> Load(EnvironmentUser user, EnvironmentReference reference, CancellationToken ct)
    {
        var environment = await store.Find(user.Standing, user.OrganizationId, reference.Project, reference.Name, ct);
        if (
            environment is null
            || user.ImportsNeed is null
            || !environment.Can(user.ImportsNeed)
            || await tags.Number(environment, reference.Version, ct) is not { } number
        )
        {
            return null;
        }
        return await store.Revision(environment.Id, number, ct) is { RetractedMs: 0 } revision
            ? await WithPlaintexts(Definition.Parse(environment.ShortName, revision.Definition), user.OrganizationId, environment.Id, ct)
            : null;
    }

    private async Task<LoadedDefinition> WithPlaintexts(
        Definition definition,
        string organizationId,
        string? environmentId,
        CancellationToken ct
    ) =>
        new(
            definition,
            environmentId is null ? new Dictionary<int, string>() : await secrets.Plaintexts(definition, organizationId, environmentId, ct)
        );

    private static EnvironmentReference Replaced(EnvironmentReference reference, IReadOnlyDictionary<string, string>? replaced) =>
        replaced is not null
        && (replaced.GetValueOrDefault(reference.ToString()) ?? replaced.GetValueOrDefault(reference.FullName)) is { } other
        && EnvironmentReference.Parse(other) is { } parsed
            ? parsed
            : reference;

    private static string What(StoredEnvironment? environment, Definition definition) =>
        environment is not null ? "the environment " + environment.FullName
        : definition.Imports.Count == 0 ? "an anonymous environment"
        : "an anonymous environment that imports " + string.Join(", ", definition.Imports.Take(20).Select(i => i.Reference));

    private static string Purpose(string sessionId) => "environment-session " + sessionId;
}
