using Server.Auth;
using Server.Data;

namespace Server.Organizations;

/// <summary>An invitation that nobody has accepted. Its secret is known to whoever has the link only.</summary>
public sealed record Invite
{
    public required string Id { get; init; }
    public required string OrganizationId { get; init; }

    /// <summary>The organization's login.</summary>
    public required string Organization { get; init; }

    /// <summary>Where it was sent; empty for a link that was passed on by hand.</summary>
    public required string Email { get; init; }

    public required string Role { get; init; }
    public string? RoleId { get; init; }

    /// <summary>Of the custom role; null where there is none.</summary>
    public string? RoleName { get; init; }

    public string RoleLabel => RoleName ?? OrganizationRole.LabelOf(Role);
    public required string InvitedBy { get; init; }
    public required string InviterLogin { get; init; }
    public required string InviterName { get; init; }
    public required long CreatedMs { get; init; }
    public required long ExpiresMs { get; init; }
}

/// <summary>Owns <c>invites</c>.</summary>
public sealed class InviteStore(Database database, TimeProvider clock)
{
    public Task Add(
        Transaction transaction,
        string id,
        string organizationId,
        string email,
        string role,
        string? roleId,
        Secret secret,
        string inviterId,
        DateTimeOffset expires
    ) =>
        transaction.Execute(
            $"""
            INSERT INTO invites (id, organization_id, email, role, role_id, secret_hash, invited_by, created_ms, expires_ms, ended_ms)
            VALUES ({id}, {organizationId}, {email}, {role}, {roleId}, {secret.Hash()}, {inviterId}, {Now}, {expires.ToUnixTimeMilliseconds()}, 0)
            """
        );

    /// <summary>Those that are open, expired ones too, the last first.</summary>
    public Task<List<Invite>> Open(string organizationId, CancellationToken ct) =>
        database.Query<Invite>($"{Invitations} WHERE i.organization_id = {organizationId} AND i.ended_ms = 0 ORDER BY i.id DESC", ct);

    /// <returns>Null if it was accepted or revoked, has expired, or there is none.</returns>
    public Task<Invite?> Find(Secret secret, CancellationToken ct) =>
        database.QueryOne<Invite>($"{Invitations} WHERE i.secret_hash = {secret.Hash()} AND i.ended_ms = 0 AND i.expires_ms > {Now}", ct);

    /// <summary>It is good for one person.</summary>
    /// <returns>False if somebody was quicker, or it has ended.</returns>
    public async Task<bool> Accept(Transaction transaction, string id, string accountId) =>
        await transaction.Execute(
            $"UPDATE invites SET ended_ms = {Now}, accepted_by = {accountId} WHERE id = {id} AND ended_ms = 0 AND expires_ms > {Now}"
        ) == 1;

    /// <returns>False if there is no such open one.</returns>
    public async Task<bool> Revoke(Transaction transaction, string organizationId, string id) =>
        await transaction.Execute(
            $"UPDATE invites SET ended_ms = {Now} WHERE id = {id} AND organization_id = {organizationId} AND ended_ms = 0"
        ) == 1;

    private static Sql Invitations =>
        $"""
            SELECT i.id, i.organization_id, o.login AS organization, i.email, i.role, i.role_id, r.name AS role_name, i.invited_by, i.created_ms, i.expires_ms,
              COALESCE(a.login, '') AS inviter_login, COALESCE(a.name, '') AS inviter_name
            FROM invites i JOIN organizations o ON o.id = i.organization_id LEFT JOIN accounts a ON a.id = i.invited_by
            LEFT JOIN roles r ON r.id = i.role_id
            """;

    private long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();
}
