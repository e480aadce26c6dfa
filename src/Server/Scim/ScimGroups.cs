using Server.Audit;
using Server.Data;
using Server.Http;
using Server.Teams;

namespace Server.Scim;

/// <summary>What a group is to become. Members are ids of users; null leaves them as they are.</summary>
public sealed record ScimGroupWish(string DisplayName, string ExternalId, IReadOnlySet<string>? Members);

/// <summary>
/// Groups as the directory wants them: teams whose members are kept there, while the stacks that they have are given here. A user who is not known
/// fails the whole request; one who is inactive is in no team.
/// </summary>
public sealed class ScimGroups(ScimGroupStore groups, ScimUserStore users, TeamStore teams, AuditStore audit, Database database)
{
    private const int MostTries = 20;
    private const string Kind = "scim";

    /// <exception cref="ScimException">409: there is a group of that name. 400: a member is not known.</exception>
    public async Task<ScimGroup> Create(HttpContext http, ScimCaller caller, ScimGroupWish wish)
    {
        var ct = http.RequestAborted;
        var members = await Accounts(caller, wish, ct);
        var id = "";
        await database.Write(
            async t =>
            {
                await RequireFree(t, caller, wish.DisplayName, except: "");
                id = await Team(t, caller, wish.DisplayName);
                await groups.Add(t, id, wish.ExternalId, wish.DisplayName);
                await Fill(t, id, members ?? []);
                await Write(t, http, caller, AuditEvent.TeamCreated, $"The directory made the team '{wish.DisplayName}'");
                return true;
            },
            ct
        );
        return (await groups.Find(caller.OrganizationId, id, ct))!;
    }

    /// <inheritdoc cref="Create"/>
    public async Task<ScimGroup> Change(HttpContext http, ScimCaller caller, ScimGroup before, ScimGroupWish wish)
    {
        var ct = http.RequestAborted;
        var members = await Accounts(caller, wish, ct);
        await database.Write(
            async t =>
            {
                await RequireFree(t, caller, wish.DisplayName, before.Id);
                await groups.Update(t, before.Id, wish.ExternalId, wish.DisplayName);
                await t.Execute($"UPDATE teams SET display_name = {wish.DisplayName} WHERE id = {before.Id}");
                if (members is not null)
                {
                    await Fill(t, before.Id, members);
                }
                await Write(t, http, caller, AuditEvent.ScimGroupChanged, $"The directory changed the team '{wish.DisplayName}'");
                return true;
            },
            ct
        );
        return (await groups.Find(caller.OrganizationId, before.Id, ct))!;
    }

    public Task Delete(HttpContext http, ScimCaller caller, ScimGroup group) =>
        database.Write(
            async t =>
            {
                await groups.Remove(t, group.Id);
                await teams.Delete(t, group.Id);
                await Write(t, http, caller, AuditEvent.TeamDeleted, $"The directory deleted the team '{group.DisplayName}'");
                return true;
            },
            http.RequestAborted
        );

    /// <returns>The accounts of the members who are active; null if the wish leaves them as they are.</returns>
    private async Task<IReadOnlyCollection<string>?> Accounts(ScimCaller caller, ScimGroupWish wish, CancellationToken ct)
    {
        if (wish.Members is not { } wanted)
        {
            return null;
        }
        var found = await users.FindAll(caller.OrganizationId, [.. wanted], ct);
        return wanted.Except(found.Select(u => u.Id)).FirstOrDefault() is { } unknown
            ? throw ScimException.Invalid($"There is no user with the id '{unknown}', so nothing was changed.")
            : [.. found.Where(u => u.Active).Select(u => u.AccountId)];
    }

    private static async Task RequireFree(Transaction t, ScimCaller caller, string name, string except)
    {
        var others = await t.Query<string>(
            $"""
            SELECT g.display_name FROM scim_groups g JOIN teams t ON t.id = g.team_id
            WHERE t.organization_id = {caller.OrganizationId} AND g.team_id <> {except}
            """
        );
        if (others.Exists(other => other.Equals(name, StringComparison.OrdinalIgnoreCase)))
        {
            throw ScimException.Taken($"There is a group '{name}' already.");
        }
    }

    /// <summary>Its name stands in addresses: what cannot stand there becomes a hyphen, and a number tells it from teams of that name.</summary>
    private async Task<string> Team(Transaction t, ScimCaller caller, string displayName)
    {
        var plain = string.Concat(displayName.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' ? c : '-')).Trim('-', '.', '_');
        var name = plain.Length > 0 ? plain : "group";
        for (var i = 1; i <= MostTries; i++)
        {
            var tried = i == 1 ? name : $"{name[..Math.Min(name.Length, 90)]}-{i}";
            if (await teams.Add(t, caller.OrganizationId, tried, displayName, "", Kind) is { } id)
            {
                return id;
            }
        }
        throw ScimException.Taken($"There are many teams '{name}' already. Give the group another name.");
    }

    /// <summary>The accounts of the team's access tokens are in it, too, and stay.</summary>
    private async Task Fill(Transaction t, string teamId, IReadOnlyCollection<string> accounts)
    {
        var before = await t.Query<string>(
            $"""
            SELECT tm.account_id FROM team_members tm JOIN teams t ON t.id = tm.team_id
            JOIN scim_users u ON u.organization_id = t.organization_id AND u.account_id = tm.account_id WHERE tm.team_id = {teamId}
            """
        );
        foreach (var account in before.Except(accounts))
        {
            await teams.RemoveMember(t, teamId, account);
        }
        foreach (var account in accounts)
        {
            await teams.AddMember(t, teamId, account, admin: false);
        }
    }

    private Task Write(Transaction t, HttpContext http, ScimCaller caller, string name, string description) =>
        audit.Add(
            t,
            new Actor(caller.CreatedBy, caller.TokenId, http.ClientAddress()),
            caller.OrganizationId,
            name,
            description,
            stackId: null
        );
}
