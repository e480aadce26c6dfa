using Server.Accounts;
using Server.Data;
using Server.Organizations;

namespace Server.Tokens;

/// <summary>
/// Owns <c>service_accounts</c> and <c>token_names</c>. A service account is an account with a slash in its login, which no person's has, and without a
/// password: nobody signs in to it. It is a member of its organization, or of its team too, so that it may do what they may.
/// </summary>
public sealed class ServiceAccountStore(TimeProvider clock)
{
    /// <returns>False if a token of the organization has, or had, that name.</returns>
    public static async Task<bool> TakeName(Transaction transaction, string organizationId, string name) =>
        await transaction.Execute(
            $"""
            INSERT INTO token_names (organization_id, name_key) VALUES ({organizationId}, {name.ToLowerInvariant()}) ON CONFLICT DO NOTHING
            """
        ) == 1;

    /// <returns>The account's id.</returns>
    public async Task<string> FindOrAdd(Transaction transaction, ServiceAccount wanted)
    {
        if (await transaction.QueryOne<string>($"SELECT account_id FROM service_accounts WHERE purpose = {wanted.Purpose}") is { } known)
        {
            return known;
        }
        var (id, now, owner) = (Guid.CreateVersion7().ToString(), clock.GetUtcNow().ToUnixTimeMilliseconds(), wanted.Owner);
        await AccountStore.AddMachine(transaction, id, $"{owner.Organization}/{wanted.Name}", now);
        await OrganizationStore.AddMachine(transaction, id, owner.OrganizationId, wanted.Role, wanted.RoleId, now);
        if (owner.TeamId is { } team)
        {
            await OrganizationStore.AddMachineToTeam(transaction, id, team, now);
        }
        await transaction.Execute(
            $"""
            INSERT INTO service_accounts (account_id, organization_id, team_id, issuer_id, name, purpose, created_by, created_ms)
            VALUES ({id}, {owner.OrganizationId}, {owner.TeamId}, {wanted.IssuerId}, {wanted.Name}, {wanted.Purpose}, {wanted.CreatedBy}, {now})
            """
        );
        return id;
    }
}
