using Server.Audit;
using Server.Auth;
using Server.Data;

namespace Server.Organizations;

/// <summary>Who belongs to an organization, and as what. Whoever changes that cannot give more than he may give, and the last administrator stays.</summary>
public sealed class Members(Database database, MemberStore members, AuditStore audit)
{
    /// <exception cref="ApiException">404: there is no such member.</exception>
    public async Task<Member> Find(Organization organization, string login, CancellationToken ct) =>
        await members.Find(organization.Id, login, ct)
        ?? throw ApiException.NotFound($"'{login}' is not a member of the organization '{organization.Login}'");

    /// <exception cref="ApiException">404: there is no such account. 409: it is a member already.</exception>
    public async Task Add(Organization organization, string login, string? role, Actor actor, CancellationToken ct)
    {
        organization.Demand(Permission.OrgMemberAdd);
        CheckNotIndividual(organization);
        var given = Check(organization, role);
        var account =
            await members.AccountId(login, ct)
            ?? throw ApiException.NotFound($"There is no account '{login}' here. Invite the person with a link instead.");
        await database.Write(
            async transaction =>
            {
                if (!await members.Add(transaction, organization.Id, account, given, null))
                {
                    throw ApiException.Conflict($"'{login}' is a member already");
                }
                var what = $"Added {login} as {OrganizationRole.LabelOf(given)}";
                await audit.Add(transaction, actor, organization.Id, AuditEvent.MemberAdded, what, stackId: null);
                return true;
            },
            ct
        );
    }

    /// <exception cref="ApiException">400: it is no role, or he is the last administrator.</exception>
    public async Task SetRole(Organization organization, string login, string? role, Actor actor, CancellationToken ct)
    {
        organization.Demand(Permission.OrgMemberUpdate);
        var member = await Find(organization, login, ct);
        var given = Check(organization, role);
        CheckMayTouch(organization, member);
        await database.Write(
            async transaction =>
            {
                if (!await members.SetRole(transaction, organization.Id, member.AccountId, given, null))
                {
                    throw LastAdmin(member);
                }
                var what = $"Changed the role of {member.Login} from {member.RoleLabel} to {OrganizationRole.LabelOf(given)}";
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

    /// <summary>What is given to somebody: a built-in role that the caller may give.</summary>
    public static string Check(Organization organization, string? role)
    {
        if (role is null || !OrganizationRole.BuiltIn.Contains(role))
        {
            throw ApiException.BadRequest($"'{role}' is not a role; there are {string.Join(", ", OrganizationRole.BuiltIn)}.");
        }
        if (role == OrganizationRole.Admin)
        {
            organization.Demand(Permission.OrgMemberSetAdmin);
        }
        return role;
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
