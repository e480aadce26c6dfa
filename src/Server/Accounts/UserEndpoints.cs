using Server.Auth;
using Server.Factors;
using Server.Organizations;
using Wire;

namespace Server.Accounts;

public static class UserEndpoints
{
    public static void MapUsers(this IEndpointRouteBuilder routes) => routes.MapGet("/api/user", Me).RequireUser().HeedsReach();

    private static async Task<User> Me(Caller caller, OrganizationStore organizations, FactorStore factors, CancellationToken ct)
    {
        var own = await organizations.OfAccount(caller.AccountId, ct);
        return new(
            caller.AccountId,
            caller.Login,
            caller.Name,
            caller.Email,
            AvatarUrl: "",
            [.. own.Where(o => caller.Limits.Reaches(o.Id)).Select(o => new UserOrganization(o.Login, o.Name, AvatarUrl: "", o.Role))],
            Identities: ["Pulumi"]
        )
        {
            SiteAdmin = caller.SiteAdmin,
            TokenInfo = caller.Machine is { } machine ? new(machine, caller.MachineOrganization ?? "", caller.MachineTeam ?? "") : null,
            HasMfa = await factors.Any(caller.AccountId, ct),
            IsAgent = caller.Email.EndsWith(Account.AgentsDomain, StringComparison.Ordinal) ? true : null,
        };
    }
}
