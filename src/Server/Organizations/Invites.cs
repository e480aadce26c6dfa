using System.Security.Cryptography;
using Server.Audit;
using Server.Auth;
using Server.Data;
using Server.Mail;
using Server.Roles;
using Server.Settings;

namespace Server.Organizations;

/// <param name="Address">The link, which is shown to who made it and nowhere again.</param>
public sealed record NewInvite(string Id, string Address);

/// <summary>Invitations: a link each, good for one person and a week.</summary>
public sealed class Invites(
    Database database,
    InviteStore invites,
    MemberStore members,
    Giving giving,
    AuditStore audit,
    MailQueue mail,
    ServerSettings settings,
    TimeProvider clock
)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    /// <param name="email">Whom it is for; empty where that is not said.</param>
    /// <param name="role">A built-in role; null for none.</param>
    /// <param name="roleId">A custom role; null for none. Without either it is what new members get.</param>
    /// <exception cref="ApiException">400: it is no role, or the organization is somebody's own.</exception>
    public async Task<NewInvite> Create(
        Organization organization,
        string? email,
        string? role,
        string? roleId,
        Actor actor,
        CancellationToken ct
    )
    {
        organization.Demand(Permission.InvitesCreate);
        Members.CheckNotIndividual(organization);
        var given = await giving.Check(organization, role, roleId, ct);
        var address = (email ?? "").Trim();
        if (
            address.Length > 0
            && (
                address.Length > 254
                || address.IndexOf('@', StringComparison.Ordinal) < 1
                || address.Any(c => char.IsControl(c) || c == ' ')
            )
        )
        {
            throw ApiException.BadRequest($"'{address}' is not an e-mail address.");
        }
        var (id, secret) = (Guid.CreateVersion7().ToString(), new Secret(RandomNumberGenerator.GetHexString(64, lowercase: true)));
        await database.Write(
            async transaction =>
            {
                await invites.Add(
                    transaction,
                    id,
                    organization.Id,
                    address,
                    given.Role,
                    given.RoleId,
                    secret,
                    actor.AccountId,
                    clock.GetUtcNow() + Lifetime
                );
                var whom = address.Length > 0 ? address : "whoever has the link";
                var what = $"Invited {whom} as {given.Label}";
                await audit.Add(transaction, actor, organization.Id, AuditEvent.InviteSent, what, stackId: null);
                return true;
            },
            ct
        );
        var link = $"{ServerSettings.Address(settings.ConsoleUrl)}/invites/{secret.Reveal()}";
        if (address.Length > 0)
        {
            mail.Send(
                address,
                $"Join {organization.Login} on Holdfast",
                $"You are invited to the organization {organization.Login}. Open this within a week, sign in or sign up, and accept:\n\n{link}\n\nIf you do not know what this is, do nothing.\n"
            );
        }
        return new(id, link);
    }

    /// <exception cref="ApiException">404: there is no such open invitation.</exception>
    public async Task Revoke(Organization organization, string id, Actor actor, CancellationToken ct)
    {
        organization.Demand(Permission.InvitesCreate);
        await database.Write(
            async transaction =>
            {
                if (!await invites.Revoke(transaction, organization.Id, id))
                {
                    throw ApiException.NotFound($"There is no open invitation '{id}'");
                }
                await audit.Add(transaction, actor, organization.Id, AuditEvent.InviteCanceled, "Revoked an invitation", stackId: null);
                return true;
            },
            ct
        );
    }

    /// <exception cref="ApiException">409: somebody was quicker, it has ended, or the account is a member already.</exception>
    public Task Accept(Invite invite, Caller caller, Actor actor, CancellationToken ct) =>
        database.Write(
            async transaction =>
            {
                if (!await invites.Accept(transaction, invite.Id, caller.AccountId))
                {
                    throw ApiException.Conflict("The invitation was used, has been revoked or has expired. Ask for a new one.");
                }
                if (!await members.Add(transaction, invite.OrganizationId, caller.AccountId, invite.Role, invite.RoleId))
                {
                    throw ApiException.Conflict(
                        $"You are in '{invite.Organization}' already. The invitation is still good for somebody else."
                    );
                }
                var what = $"{caller.Login} accepted the invitation of {invite.InviterLogin} as {invite.RoleLabel}";
                await audit.Add(transaction, actor, invite.OrganizationId, AuditEvent.InviteAccepted, what, stackId: null);
                return true;
            },
            ct
        );
}
