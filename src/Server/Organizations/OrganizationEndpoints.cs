using Server.Auth;
using Wire;

namespace Server.Organizations;

public static class OrganizationEndpoints
{
    public static void AddOrganizations(this IServiceCollection services)
    {
        services.AddSingleton<OrganizationStore>();
        services.AddSingleton<StackGrantStore>();
    }

    public static void MapOrganizations(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/user/organizations/default", Default).RequireUser().HeedsReach();
        routes.MapPost("/api/user/organizations/{orgName}/default", SetDefault).RequireMember(Permission.StackList);
    }

    private static async Task<DefaultOrganization> Default(Caller caller, OrganizationStore organizations, CancellationToken ct)
    {
        var own = await organizations.OfAccount(caller.AccountId, ct);
        return new(own.Find(o => o.IsDefault && caller.Limits.Reaches(o.Id))?.Login ?? "", []);
    }

    private static async Task<IResult> SetDefault(HttpContext http, Caller caller, OrganizationStore organizations, CancellationToken ct)
    {
        await organizations.SetDefault(caller.AccountId, http.Organization().Id, ct);
        return Results.NoContent();
    }
}
