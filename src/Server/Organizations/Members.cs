using Server.Audit;
using Server.Auth;
using Server.Data;
using Server.Roles;

namespace Server.Organizations;

/// <summary>Who belongs to an organization, and as what. Whoever changes that cannot give more than he may give, and the last administrator stays.</summary>
public sealed class Members(Database database, MemberStore members, Giving giving, AuditStore audit)
{
    /// <exception cref="ApiException">404: there is no such member.</exception>
    public async Task<Member> Find(Organization organization, string login, CancellationToken ct) =>
        await members.Find(organization.Id, login, ct)
        ?? throw ApiException.NotFound($"'{login}' is not a member of the organization '{organization.Login}'");

    /// <param name="role">A built-in role; null for none.</param>
    /// <param name="roleId">A custom role; null for none. Without either he gets what new members get.</param>
    /// <exception cref="ApiException">404: there is no such account. 409: it is a member already.</exception>
    public async Task Add(Organization organization, string login, string? role, string? roleId, Actor actor, CancellationToken ct)
    {
        organization.Demand(Permission.OrgMemberAdd);
        CheckNotIndividual(organization);
        var given = await giving.Check(organization, role, roleId, ct);
        var account =
            await members.AccountId(login, ct)
            ?? throw ApiException.NotFound($"There is no account '{login}' here. Invite the person with a link instead.");
        await database.Write(
            async transaction =>
            {
                if (!await members.Add(transaction, organization.Id, account, given.Role, given.RoleId))
                {
                    throw ApiException.Conflict($"'{login}' is a member already");
                }
                var what = $"Added {login} as {given.Label}";
                await audit.Add(transaction, actor, organization.Id, AuditEvent.MemberAdded, what, stackId: null);
                return true;
            },
            ct
        );
    }

    /// <exception cref="ApiException">400: it is no role, or he is the last administrator.</exception>
    public async Task SetRole(Organization organization, string login, string? role, string? roleId, Actor actor, CancellationToken ct)
    {
        organization.Demand(Permission.OrgMemberUpdate);
        var member = await Find(organization, login, ct);
        if (string.IsNullOrEmpty(role) && string.IsNullOrEmpty(roleId))
        {
            throw ApiException.BadRequest("Say which role he gets: role or fgaRoleId.");
        }
        var given = await giving.Check(organization, role, roleId, ct);
        CheckMayTouch(organization, member);
        await database.Write(
            async transaction =>
            {
                if (!await members.SetRole(transaction, organization.Id, member.AccountId, given.Role, given.RoleId))
                {
                    throw LastAdmin(member);
                }
                var what = $"Changed the role of {member.Login} from {member.RoleLabel} to {given.Label}";
                await audit.Add(transaction, actor, organization.Id, AuditEvent.MemberRoleChanged, what, stackId: null);
                return true;
            },
            ct
        );
    }

    /// <exception cref="ApiException">400: he is the last administrator.</exception>
    public async Task Remove(Organization organization, string login, Actor actor, CancellationToken ct)
    {
        organization.Demand(Permission.OrgMemberDelete);
        var member = await Find(organization, login, ct);
        CheckMayTouch(organization, member);
        await Remove(organization, member, $"Removed {member.Login}", actor, ct);
    }

    /// <exception cref="ApiException">400: he is the last administrator, or it is his own.</exception>
    public async Task Leave(Organization organization, Caller caller, Actor actor, CancellationToken ct)
    {
        CheckNotIndividual(organization);
        await Remove(organization, await Find(organization, caller.Login, ct), $"{caller.Login} left", actor, ct);
    }

    public static void CheckNotIndividual(Organization organization)
    {
        if (organization.Individual)
        {
            throw ApiException.BadRequest(
                $"'{organization.Login}' is the organization of one account, and nobody else can be in it. Make an organization to share."
            );
        }
    }

    private async Task Remove(Organization organization, Member member, string what, Actor actor, CancellationToken ct) =>
        await database.Write(
            async transaction =>
            {
                if (!await members.Remove(transaction, organization.Id, member.AccountId))
                {
                    throw LastAdmin(member);
                }
                await audit.Add(transaction, actor, organization.Id, AuditEvent.MemberRemoved, what, stackId: null);
                return true;
            },
            ct
        );

    /// <summary>Whoever cannot make administrators cannot unmake them.</summary>
    private static void CheckMayTouch(Organization organization, Member member)
    {
        if (member.IsAdmin)
        {
            organization.Demand(Permission.OrgMemberSetAdmin);
        }
    }

    private static ApiException LastAdmin(Member member) =>
        ApiException.BadRequest($"{member.Login} is the last administrator of the organization. Make somebody else one first.");
}
