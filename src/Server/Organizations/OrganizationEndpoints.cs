using Server.Audit;
using Server.Auth;
using Server.Http;
using Server.Tokens;
using Wire;

namespace Server.Organizations;

public static class OrganizationEndpoints
{
    private const string Route = "/api/orgs/{orgName}";

    public static void AddOrganizations(this IServiceCollection services)
    {
        services.AddSingleton<OrganizationStore>();
        services.AddSingleton<OrganizationChanges>();
        services.AddSingleton<MemberStore>();
        services.AddSingleton<Members>();
        services.AddSingleton<InviteStore>();
        services.AddSingleton<Invites>();
        services.AddSingleton<StackGrantStore>();
    }

    public static void MapOrganizations(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/user/organizations/default", Default).RequireUser().HeedsReach();
        routes.MapPost("/api/user/organizations/{orgName}/default", SetDefault).RequireMember(Permission.StackList);
        routes.MapPost("/api/console/actions/new-organization", Create).RequireUser();
        routes.MapGet(Route, (HttpContext http) => OnWire(http.Organization())).RequireMember(Permission.StackList);
        routes.MapPatch(Route, Change).RequireMember(Permission.OrganizationUpdate);
        routes.MapGet(Route + "/metadata", Metadata).RequireMember(Permission.StackList);
        routes.MapMembers();
        routes.MapInvites();
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

    private static async Task<OrganizationResponse> Create(
        HttpContext http,
        Caller caller,
        Body<NewOrganizationRequest> body,
        OrganizationChanges changes,
        OrganizationStore organizations,
        CancellationToken ct
    )
    {
        var login = await changes.Create(caller, body.Value.OrgName, body.Value.DisplayName, http.Actor(), ct);
        return OnWire((await organizations.Find(caller.AccountId, login, ct))!);
    }

    private static async Task<OrganizationMetadata> Change(
        HttpContext http,
        Body<UpdateOrganizationRequest> body,
        OrganizationChanges changes,
        OrganizationStore organizations,
        TokenCaps caps,
        CancellationToken ct
    )
    {
        var (before, asked) = (OrganizationSettings.Of(http.Organization()), body.Value);
        var now = before with
        {
            StackPermission = asked.SetDefaultStackPermission ?? before.StackPermission,
            EnvironmentPermission = asked.SetDefaultEnvironmentPermission is { } word
                ? EnvironmentLevel.Parse(word) ?? -1
                : before.EnvironmentPermission,
            MembersCreateStacks = asked.SetMembersCanCreateStacks ?? before.MembersCreateStacks,
            MembersDeleteStacks = asked.SetMembersCanDeleteStacks ?? before.MembersDeleteStacks,
            MembersTransferStacks = asked.SetMembersCanTransferStacks ?? before.MembersTransferStacks,
            MembersCreateTeams = asked.SetMembersCanCreateTeams ?? before.MembersCreateTeams,
        };
        if (asked.SetMaxAccessTokenExpiryDays is < 0 or > TokenCaps.LongestDays)
        {
            throw ApiException.BadRequest($"setMaxAccessTokenExpiryDays is 1 to {TokenCaps.LongestDays} days, or 0 for no limit.");
        }
        await changes.Change(http.Organization(), now, http.Actor(), ct);
        if (asked.SetMaxAccessTokenExpiryDays is { } days)
        {
            await caps.Set(http.Organization().Id, days, http.Actor(), ct);
        }
        var changed = (await organizations.Find(http.Caller().AccountId, http.Organization().Login, ct))!;
        return await Describe(changed, organizations, caps, ct);
    }

    private static Task<OrganizationMetadata> Metadata(
        HttpContext http,
        OrganizationStore organizations,
        TokenCaps caps,
        CancellationToken ct
    ) => Describe(http.Organization(), organizations, caps, ct);

    private static async Task<OrganizationMetadata> Describe(
        Organization organization,
        OrganizationStore organizations,
        TokenCaps caps,
        CancellationToken ct
    )
    {
        var counts = await organizations.Counts(organization, ct);
        return new()
        {
            Id = organization.Id,
            Kind = organization.Individual ? "individual" : "organization",
            Created = MemberEndpoints.Rfc3339(counts.CreatedMs),
            UserRole = organization.Role,
            MemberCount = counts.Members,
            StackCount = counts.Stacks,
            EnvironmentCount = counts.Environments,
            DefaultRoleId = counts.DefaultRoleId,
            MaxAccessTokenExpiryDays = await caps.Of(organization.Login, ct),
            DefaultStackPermission = organization.StackPermission,
            DefaultEnvironmentPermission = EnvironmentLevel.NameOf(organization.EnvironmentPermission),
            MembersCanCreateStacks = organization.MembersCreateStacks,
            MembersCanDeleteStacks = organization.MembersDeleteStacks,
            MembersCanTransferStacks = organization.MembersTransferStacks,
            MembersCanCreateTeams = organization.MembersCreateTeams,
            Features = OrganizationFeatures.All,
        };
    }

    private static OrganizationResponse OnWire(Organization organization) =>
        new(organization.Login, organization.Name, AvatarUrl: "", Repos: []);
}
