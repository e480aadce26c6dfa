using Server.Data;

namespace Server.Scim;

/// <summary>Owns <c>scim_users</c>.</summary>
public sealed class ScimUserStore(Database database, TimeProvider clock)
{
    public const int LargestPage = 100;

    public Task<ScimUser?> Find(string organizationId, string id, CancellationToken ct) =>
        database.QueryOne<ScimUser>($"SELECT * FROM scim_users WHERE id = {id} AND organization_id = {organizationId}", ct);

    public Task<ScimUser?> FindByName(string organizationId, string userName, CancellationToken ct) =>
        database.QueryOne<ScimUser>(
            $"SELECT * FROM scim_users WHERE organization_id = {organizationId} AND user_key = {userName.ToLowerInvariant()}",
            ct
        );

    /// <summary>Which of the ids are users of the organization.</summary>
    public Task<List<ScimUser>> FindAll(string organizationId, IReadOnlyCollection<string> ids, CancellationToken ct) =>
        database.Query<ScimUser>($"SELECT * FROM scim_users WHERE organization_id = {organizationId} AND id IN {ids}", ct);

    /// <param name="start">Counted from 1, as the standard has it.</param>
    public async Task<(List<ScimUser> Users, long Total)> List(string organizationId, long start, long count, CancellationToken ct)
    {
        var total = await database.QueryOne<long>($"SELECT COUNT(*) FROM scim_users WHERE organization_id = {organizationId}", ct);
        var users = await database.Query<ScimUser>(
            $"SELECT * FROM scim_users WHERE organization_id = {organizationId} ORDER BY id LIMIT {count} OFFSET {start - 1}",
            ct
        );
        return (users, total);
    }

    /// <returns>False if the organization has such a name, or such an account.</returns>
    public async Task<bool> Add(Transaction transaction, ScimUser u) =>
        await transaction.Execute(
            $"""
            INSERT INTO scim_users (id, organization_id, account_id, user_name, user_key, external_id, display_name, given_name, family_name,
              email, active, created_ms, modified_ms)
            VALUES ({u.Id}, {u.OrganizationId}, {u.AccountId}, {u.UserName}, {u.UserName.ToLowerInvariant()}, {u.ExternalId}, {u.DisplayName},
              {u.GivenName}, {u.FamilyName}, {u.Email}, {u.Active}, {u.CreatedMs}, {u.ModifiedMs})
            ON CONFLICT DO NOTHING
            """
        ) == 1;

    public Task<int> Update(Transaction transaction, ScimUser u) =>
        transaction.Execute(
            $"""
            UPDATE scim_users
            SET external_id = {u.ExternalId}, display_name = {u.DisplayName}, given_name = {u.GivenName}, family_name = {u.FamilyName},
              email = {u.Email}, active = {u.Active}, modified_ms = {Now}
            WHERE id = {u.Id} AND organization_id = {u.OrganizationId}
            """
        );

    /// <summary>Has the organization's directory taken the account's access away?</summary>
    public static async Task<bool> IsInactive(Transaction transaction, string organizationId, string accountId) =>
        await transaction.QueryOne<string>(
            $"SELECT id FROM scim_users WHERE organization_id = {organizationId} AND account_id = {accountId} AND NOT active"
        )
            is not null;

    public long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();
}
