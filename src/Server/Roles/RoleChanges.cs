using System.Text.Json;
using Server.Audit;
using Server.Auth;
using Server.Data;
using Server.Organizations;
using Server.Teams;

namespace Server.Roles;

/// <summary>Roles are made, changed, deleted, and given to teams. Nobody gives more than he has: <see cref="Giving"/>.</summary>
public sealed class RoleChanges(Database database, RoleStore store, RoleBooks books, Giving giving, AuditStore audit)
{
    private const int LongestName = 100;
    private const int LongestDescription = 1000;
    private const int Most = 1000;

    /// <summary>What a role may come to, with all that it composes: each list of stacks asks the database that much.</summary>
    private const int Largest = 10_000;

    /// <exception cref="ApiException">404: there is no such record.</exception>
    public async Task<Role> Find(Organization organization, string id, CancellationToken ct) =>
        (await books.Book(organization, ct)).Find(id) ?? throw NotFound(organization, id);

    /// <exception cref="ApiException">400: it cannot be called that, or is no tree. 403: it gives more than the caller has. 409: another is called that.</exception>
    public Task<Role> Create(
        Organization organization,
        string? name,
        string? description,
        string? resourceType,
        string? purpose,
        JsonElement? details,
        Actor actor,
        CancellationToken ct
    )
    {
        organization.Demand(Permission.RoleCreate);
        Members.CheckNotIndividual(organization);
        return Add(organization, New(name, description, resourceType, purpose, details), team: null, actor, ct);
    }

    /// <summary>What is null stays.</summary>
    /// <exception cref="ApiException">As for a new one.</exception>
    public Task<Role> Change(
        Organization organization,
        string id,
        string? name,
        string? description,
        JsonElement? details,
        Actor actor,
        CancellationToken ct
    )
    {
        organization.Demand(Permission.RoleUpdate);
        CheckNotBuiltIn(id);
        return Write(
            organization,
            actor,
            AuditEvent.RoleUpdated,
            async (transaction, book) =>
            {
                var before = book.Find(id) ?? throw NotFound(organization, id);
                var now = before with
                {
                    Name = name is null ? before.Name : CheckName(name),
                    Description = description is null ? before.Description : CheckDescription(description),
                    Json = details is null ? before.Json : Json(details),
                    Details = details is null ? before.Details : DescriptorReader.Read(Given(details)),
                    Version = before.Version + 1,
                    ModifiedMs = store.Now,
                };
                Check(organization, book.With(now), now);
                await store.Change(transaction, now);
                return (now, $"Changed the {Noun(now)} {now.Name}");
            },
            ct
        );
    }

    /// <exception cref="ApiException">409: somebody has it, or a record composes it, and <paramref name="force"/> was not said.</exception>
    public Task<Role> Delete(Organization organization, string id, bool force, Actor actor, CancellationToken ct)
    {
        organization.Demand(Permission.RoleDelete);
        CheckNotBuiltIn(id);
        return Write(
            organization,
            actor,
            AuditEvent.RoleDeleted,
            async (transaction, book) =>
            {
                var role = book.Find(id) ?? throw NotFound(organization, id);
                if (!force && book.Composing(id).FirstOrDefault() is { } composing)
                {
                    throw ApiException.Conflict(
                        $"'{composing.Name}' composes '{role.Name}'. Take it out there first, or delete it with force=true: what it gave is then gone."
                    );
                }
                if (!force && await store.Uses(transaction, id) is > 0 and var uses)
                {
                    throw ApiException.Conflict(
                        $"'{role.Name}' is given to {uses} members, teams, tokens or invitations. Give them another, or delete it with force=true: they have no role then."
                    );
                }
                await store.Delete(transaction, id);
                return (role, $"Deleted the {Noun(role)} {role.Name}");
            },
            ct
        );
    }

    /// <summary>What new members get from now on; one built-in role can be it: that of members.</summary>
    public async Task SetDefault(Organization organization, string id, Actor actor, CancellationToken ct)
    {
        organization.Demand(Permission.RoleUpdate);
        var given = await giving.Check(organization, null, id, ct);
        if (given is { RoleId: null, Role: not OrganizationRole.Member })
        {
            throw ApiException.BadRequest($"'{id}' cannot be what new members get. Choose the role of members, or one of your own.");
        }
        await Write(
            organization,
            actor,
            AuditEvent.OrganizationSettingsChanged,
            async (transaction, _) =>
            {
                await store.SetDefault(transaction, organization.Id, given.RoleId);
                return (given, $"New members get the role {given.Label}");
            },
            ct
        );
    }

    /// <summary>In the place of the one that the team has.</summary>
    /// <exception cref="ApiException">400: it is not one to give. 403: it is more than the caller has.</exception>
    public async Task SetTeam(Organization organization, Team team, string id, Actor actor, CancellationToken ct)
    {
        organization.Demand(Permission.TeamUpdate);
        var given = await giving.Check(organization, null, id, ct);
        if (given.RoleId is not { } role)
        {
            throw ApiException.BadRequest($"'{id}' is a role of members, not of teams. Give the team one of your own roles.");
        }
        await Write(
            organization,
            actor,
            AuditEvent.TeamUpdated,
            async (transaction, book) =>
            {
                if (book.Find(role) is null)
                {
                    throw NotFound(organization, role);
                }
                await store.SetTeam(transaction, team.Id, role);
                return (given, $"Gave the team {team.Name} the role {given.Label}");
            },
            ct
        );
    }

    /// <summary>A role of its own, which gives nothing yet.</summary>
    /// <exception cref="ApiException">409: another is called as it would be.</exception>
    public async Task<Role> CreateOfTeam(Organization organization, Team team, Actor actor, CancellationToken ct)
    {
        organization.Demand(Permission.RoleCreate);
        organization.Demand(Permission.TeamUpdate);
        using var nothing = JsonDocument.Parse("""{"__type":"PermissionDescriptorGroup","entries":[]}""");
        var name = $"team {team.Name}";
        var role = New(
            name[..Math.Min(LongestName, name.Length)],
            $"What the team {team.Name} has.",
            "team",
            RolePurpose.Private,
            nothing.RootElement
        );
        return await Add(organization, role, team, actor, ct);
    }

    /// <exception cref="ApiException">404: it has not this one.</exception>
    public async Task TakeFromTeam(Organization organization, Team team, string id, Actor actor, CancellationToken ct)
    {
        organization.Demand(Permission.TeamUpdate);
        if (await store.OfTeam(team.Id, ct) != id)
        {
            throw ApiException.NotFound($"The team '{team.Name}' has not the role '{id}'");
        }
        await Write(
            organization,
            actor,
            AuditEvent.TeamUpdated,
            async (transaction, _) =>
            {
                await store.SetTeam(transaction, team.Id, null);
                return (team, $"Took from the team {team.Name} its role");
            },
            ct
        );
    }

    private Role New(string? name, string? description, string? resourceType, string? purpose, JsonElement? details) =>
        new()
        {
            Id = Guid.CreateVersion7().ToString(),
            Name = CheckName(name),
            Description = CheckDescription(description),
            ResourceType = CheckResourceType(resourceType),
            Purpose = CheckPurpose(purpose),
            Json = Json(details),
            Details = DescriptorReader.Read(Given(details)),
            Version = 1,
            CreatedMs = store.Now,
            ModifiedMs = store.Now,
        };

    /// <param name="team">Has it from the beginning; null for no team.</param>
    private Task<Role> Add(Organization organization, Role role, Team? team, Actor actor, CancellationToken ct) =>
        Write(
            organization,
            actor,
            AuditEvent.RoleCreated,
            async (transaction, book) =>
            {
                if (book.All.Count() >= Most)
                {
                    throw ApiException.BadRequest($"An organization has at most {Most} roles, policies and permission sets.");
                }
                Check(organization, book.With(role), role);
                await store.Add(transaction, organization.Id, role);
                if (team is not null)
                {
                    await store.SetTeam(transaction, team.Id, role.Id);
                }
                return (role, $"Created the {Noun(role)} {role.Name}");
            },
            ct
        );

    /// <summary>Everything is checked against all records as they will be, while nobody else changes them.</summary>
    private static void Check(Organization organization, RoleBook book, Role role)
    {
        if (
            book.All.FirstOrDefault(r => r.Id != role.Id && string.Equals(r.Name, role.Name, StringComparison.OrdinalIgnoreCase)) is
            { } taken
        )
        {
            throw ApiException.Conflict($"A {Noun(taken)} is called '{taken.Name}' already. Choose another name.");
        }
        var composed = role.Details.Nodes(RoleBook.Empty).OfType<Descriptor.Compose>().SelectMany(c => c.Ids);
        if (composed.FirstOrDefault(id => book.Find(id) is null) is { } unknown)
        {
            throw ApiException.BadRequest($"It composes '{unknown}', which '{organization.Login}' has not.");
        }
        if (book.IsCircular(role.Id))
        {
            throw ApiException.BadRequest($"'{role.Name}' would compose itself.");
        }
        if (book.All.FirstOrDefault(r => r.Details.Nodes(book).Take(Largest + 1).Sum(n => 1 + (n.Asks?.Size ?? 0)) > Largest) is { } large)
        {
            throw ApiException.BadRequest(
                $"With all that it composes, '{large.Name}' would have more than {Largest} nodes and values. Conditions on tags say the same for many stacks."
            );
        }
        Giving.Check(organization, role.Details, book);
    }

    /// <param name="change">Gets all records, held; says what it did for the audit log.</param>
    private Task<T> Write<T>(
        Organization organization,
        Actor actor,
        string name,
        Func<Transaction, RoleBook, Task<(T Result, string What)>> change,
        CancellationToken ct
    ) =>
        database.Write(
            async transaction =>
            {
                var (result, what) = await change(transaction, await store.HoldBook(transaction, organization.Id));
                await audit.Add(transaction, actor, organization.Id, name, what, stackId: null);
                return result;
            },
            ct
        );

    private static string Noun(Role role) =>
        role.Purpose switch
        {
            RolePurpose.Policy => "policy",
            RolePurpose.Set => "permission set",
            _ => "role",
        };

    private static void CheckNotBuiltIn(string id)
    {
        if (OrganizationRole.BuiltIn.Contains(id))
        {
            throw ApiException.BadRequest(
                $"'{id}' is built in and cannot be changed. The organization's settings say what its members may do."
            );
        }
    }

    private static string CheckName(string? name) =>
        (name ?? "").Trim() is { Length: > 0 and <= LongestName } fits && !fits.Any(char.IsControl)
            ? OrganizationRole.BuiltIn.Contains(fits.ToLowerInvariant())
                ? throw ApiException.Conflict($"'{fits}' is a role that every organization has. Choose another name.")
                : fits
            : throw ApiException.BadRequest($"The name of a role has 1 to {LongestName} characters.");

    private static string CheckDescription(string? description) =>
        (description ?? "").Trim() is { Length: <= LongestDescription } fits && !fits.Any(char.IsControl)
            ? fits
            : throw ApiException.BadRequest($"The description of a role is one line of at most {LongestDescription} characters.");

    private static string CheckResourceType(string? type) =>
        (type ?? "") is { Length: <= LongestName } fits && !fits.Any(char.IsControl)
            ? fits
            : throw ApiException.BadRequest($"resourceType has at most {LongestName} characters.");

    private static string CheckPurpose(string? purpose) =>
        string.IsNullOrEmpty(purpose) ? RolePurpose.Role
        : RolePurpose.All.Contains(purpose) ? purpose
        : throw ApiException.BadRequest($"'{purpose}' is no uxPurpose; there are {string.Join(", ", RolePurpose.All)}.");

    private static JsonElement Given(JsonElement? details) =>
        details ?? throw ApiException.BadRequest("'details' is missing: it says what the role gives.");

    private static string Json(JsonElement? details) => Given(details).GetRawText();

    private static ApiException NotFound(Organization organization, string id) =>
        ApiException.NotFound($"There is no role '{id}' in '{organization.Login}'");
}
