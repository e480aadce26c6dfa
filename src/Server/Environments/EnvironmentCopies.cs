using Server.Audit;
using Server.Data;
using Server.Environments.Language;
using Wire;

namespace Server.Environments;

/// <summary>Copies environments. A ciphertext belongs to its environment, so a copy gets its own.</summary>
public sealed class EnvironmentCopies(
    EnvironmentStore store,
    EnvironmentTagStore tags,
    EnvironmentActions environments,
    SecretText secrets,
    Database database,
    AuditStore audit
)
{
    private const int MostRevisions = 10_000;

    public async Task Clone(EnvironmentUser user, StoredEnvironment from, CloneEnvironmentRequest request, CancellationToken ct)
    {
        var project = EnvironmentNames.Check("project", string.IsNullOrEmpty(request.Project) ? from.Project : request.Project);
        var name = EnvironmentNames.Check("environment", request.Name);
        var id = Guid.CreateVersion7().ToString();
        var texts = new List<Definition>();
        foreach (var revision in await Revisions(from, request, ct))
        {
            texts.Add(await Own(revision, from, id, $"{project}/{name}", ct));
        }
        var environmentTags = request.PreserveEnvironmentTags ? await tags.Tags(from.Id, ct) : [];
        var revisionTags = request is { PreserveHistory: true, PreserveRevisionTags: true } ? await tags.RevisionTags(from.Id, ct) : [];
        await database.Write(
            async transaction =>
            {
                if (!await store.Create(transaction, id, user.OrganizationId, project, name, user.AccountId))
                {
                    throw EnvironmentActions.Taken(user, project, name);
                }
                for (var i = 0; i < texts.Count; i++)
                {
                    await store.Add(transaction, id, i, texts[i], user.AccountId);
                }
                foreach (var tag in environmentTags)
                {
                    await tags.Add(transaction, id, tag.Name, tag.Value, user.AccountId);
                }
                foreach (var tag in revisionTags.Where(t => t.Revision <= texts.Count))
                {
                    await tags.AddRevisionTag(transaction, id, tag.Name, tag.Revision, user.AccountId);
                }
                var what = $"Cloned the environment {from.FullName} to {project}/{name}";
                await audit.Add(transaction, user.Actor, user.OrganizationId, AuditEvent.EnvironmentCloned, what, stackId: null);
                return true;
            },
            ct
        );
    }

    /// <summary>Oldest first; one of them where the history stays behind.</summary>
    private async Task<List<StoredRevision>> Revisions(StoredEnvironment from, CloneEnvironmentRequest request, CancellationToken ct)
    {
        var newest = await environments.Revision(from, request.Version?.ToString(System.Globalization.CultureInfo.InvariantCulture), ct);
        if (!request.PreserveHistory)
        {
            return [newest];
        }
        var all = await store.Revisions(from.Id, newest.Number + 1, MostRevisions, ct);
        all.Reverse();
        return all;
    }

    private async Task<Definition> Own(StoredRevision revision, StoredEnvironment from, string id, string name, CancellationToken ct)
    {
        var old = Definition.Parse(from.ShortName, revision.Definition);
        var plain = Definition.Parse(name, await secrets.Decrypt(old, from.OrganizationId, from.Id, ct));
        return Definition.Parse(name, await secrets.Encrypt(plain, from.OrganizationId, id, ct));
    }
}
