using System.Text.Json;
using Server.Audit;
using Server.Auth;
using Server.Http;
using Server.Organizations;
using Server.Teams;
using Wire;

namespace Server.Roles;

/// <summary>/api/orgs/{org}/roles, and the roles of teams.</summary>
public static class RoleEndpoints
{
    private const string Route = "/api/orgs/{orgName}/roles";
    private const string OfTeam = "/api/orgs/{orgName}/teams/{teamName}";

    public static void AddRoles(this IServiceCollection services)
    {
        services.AddSingleton<RoleStore>();
        services.AddSingleton<RoleBooks>();
        services.AddSingleton<RoleChanges>();
        services.AddSingleton<Giving>();
    }

    public static void MapRoles(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Route, List).RequireMember(Permission.RoleRead);
        routes.MapPost(Route, Create).RequireMember(Permission.RoleCreate).WholeTokensOnly();
        routes.MapGet(Route + "/scopes", RoleScopes.OnWire).RequireMember(Permission.RoleRead);
        routes.MapGet(Route + "/{roleID}", Read).RequireMember(Permission.RoleRead);
        routes.MapPatch(Route + "/{roleID}", Change).RequireMember(Permission.RoleUpdate).WholeTokensOnly();
        routes.MapDelete(Route + "/{roleID}", Delete).RequireMember(Permission.RoleDelete).WholeTokensOnly();
        routes.MapPatch(Route + "/{roleID}/default", SetDefault).RequireMember(Permission.RoleUpdate).WholeTokensOnly();
        routes.MapGet(Route + "/{roleID}/users", Users).RequireMember(Permission.OrgMemberRead);
        routes.MapGet(Route + "/{roleID}/teams", Teams).RequireMember(Permission.TeamList);
        routes.MapGet(OfTeam + "/roles", ListOfTeam).RequireMember(Permission.TeamRead);
        routes.MapPost(OfTeam + "/roles/{roleID}", SetTeam).RequireMember(Permission.TeamUpdate).WholeTokensOnly();
        routes.MapDelete(OfTeam + "/roles/{roleID}", TakeFromTeam).RequireMember(Permission.TeamUpdate).WholeTokensOnly();
        routes.MapPost(OfTeam + "/enable-team-roles", EnableTeam).RequireMember(Permission.RoleCreate).WholeTokensOnly();
    }

    /// <summary>The built-in ones first.</summary>
    private static async Task<ListRolesResponse> List(
        HttpContext http,
        string? uxPurpose,
        RoleBooks books,
        RoleStore store,
        CancellationToken ct
    )
    {
        if (!string.IsNullOrEmpty(uxPurpose) && !RolePurpose.All.Contains(uxPurpose))
        {
            throw ApiException.BadRequest($"'{uxPurpose}' is no uxPurpose; there are {string.Join(", ", RolePurpose.All)}.");
        }
        var (organization, ground) = (http.Organization(), await store.Ground(http.Organization().Id, ct));
        var all = BuiltInRoles.Of(organization, ground.CreatedMs).Concat((await books.Book(organization, ct)).All);
        return new([
            .. all.Where(r => string.IsNullOrEmpty(uxPurpose) || r.Purpose == uxPurpose).Select(r => OnWire(organization, r, ground)),
        ]);
    }

    private static async Task<PermissionDescriptorRecord> Create(
        HttpContext http,
        bool? createPolicyAndRole,
        Body<CreateRoleRequest> body,
        RoleChanges changes,
        RoleStore store,
        CancellationToken ct
    )
    {
        if (createPolicyAndRole == true)
        {
            throw ApiException.BadRequest(
                "createPolicyAndRole is not known here. Make the permission set first, then a role that composes it by its id."
            );
        }
        var asked = body.Value;
        var role = await changes.Create(
            http.Organization(),
            asked.Name,
            asked.Description,
            asked.ResourceType,
            asked.UxPurpose,
            asked.Details,
            http.Actor(),
            ct
        );
        return OnWire(http.Organization(), role, await store.Ground(http.Organization().Id, ct));
    }

    private static async Task<PermissionDescriptorRecord> Read(
        HttpContext http,
        string roleID,
        RoleChanges changes,
        RoleStore store,
        CancellationToken ct
    )
    {
        var (organization, ground) = (http.Organization(), await store.Ground(http.Organization().Id, ct));
        var builtIn = BuiltInRoles.Of(organization, ground.CreatedMs).FirstOrDefault(r => r.Id == roleID);
        return OnWire(organization, builtIn ?? await changes.Find(organization, roleID, ct), ground);
    }

    private static async Task<PermissionDescriptorRecord> Change(
        HttpContext http,
        string roleID,
        Body<UpdateRoleRequest> body,
        RoleChanges changes,
        RoleStore store,
        CancellationToken ct
    )
    {
        var asked = body.Value;
        var role = await changes.Change(http.Organization(), roleID, asked.Name, asked.Description, asked.Details, http.Actor(), ct);
        return OnWire(http.Organization(), role, await store.Ground(http.Organization().Id, ct));
    }

    private static async Task<IResult> Delete(HttpContext http, string roleID, bool? force, RoleChanges changes, CancellationToken ct)
    {
        await changes.Delete(http.Organization(), roleID, force == true, http.Actor(), ct);
        return Results.NoContent();
    }

    private static async Task<IResult> SetDefault(HttpContext http, string roleID, RoleChanges changes, CancellationToken ct)
    {
        await changes.SetDefault(http.Organization(), roleID, http.Actor(), ct);
        return Results.NoContent();
    }

    private static async Task<ListUsersWithRoleResponse> Users(
        HttpContext http,
        string roleID,
        RoleChanges changes,
        RoleStore store,
        CancellationToken ct
    )
    {
        var organization = http.Organization();
        var people = OrganizationRole.BuiltIn.Contains(roleID)
            ? await store.PeopleOfBuiltIn(organization.Id, roleID, ct)
            : await store.People(organization.Id, (await changes.Find(organization, roleID, ct)).Id, ct);
        return new([.. people.Select(p => new UserInfo(p.Login, p.Name, AvatarUrl: ""))]);
    }

    private static async Task<ListTeamsWithRoleResponse> Teams(
        HttpContext http,
        string roleID,
        RoleChanges changes,
        RoleStore store,
        TeamStore teams,
        CancellationToken ct
    )
    {
        var organization = http.Organization();
        var names = OrganizationRole.BuiltIn.Contains(roleID)
            ? []
            : await store.Teams(organization.Id, (await changes.Find(organization, roleID, ct)).Id, ct);
        return new([.. (await teams.List(organization, ct)).Where(t => names.Contains(t.Name)).Select(TeamEndpoints.OnWire)]);
    }

    private static async Task<ListRolesResponse> ListOfTeam(
        HttpContext http,
        string teamName,
        TeamChanges teams,
        RoleBooks books,
        RoleStore store,
        CancellationToken ct
    )
    {
        var organization = http.Organization();
        var id = await store.OfTeam((await teams.Find(organization, teamName, ct)).Id, ct);
        var ground = await store.Ground(organization.Id, ct);
        return new(id is null || (await books.Book(organization, ct)).Find(id) is not { } role ? [] : [OnWire(organization, role, ground)]);
    }

    private static async Task<IResult> SetTeam(
        HttpContext http,
        string teamName,
        string roleID,
        TeamChanges teams,
        RoleChanges changes,
        CancellationToken ct
    )
    {
        await changes.SetTeam(http.Organization(), await teams.Find(http.Organization(), teamName, ct), roleID, http.Actor(), ct);
        return Results.NoContent();
    }

    private static async Task<IResult> TakeFromTeam(
        HttpContext http,
        string teamName,
        string roleID,
        TeamChanges teams,
        RoleChanges changes,
        CancellationToken ct
    )
    {
        await changes.TakeFromTeam(http.Organization(), await teams.Find(http.Organization(), teamName, ct), roleID, http.Actor(), ct);
        return Results.NoContent();
    }

    /// <summary>A role of the team's own, which gives nothing until somebody says what.</summary>
    private static async Task<PermissionDescriptorRecord> EnableTeam(
        HttpContext http,
        string teamName,
        TeamChanges teams,
        RoleChanges changes,
        RoleStore store,
        CancellationToken ct
    )
    {
        var organization = http.Organization();
        var team = await teams.Find(organization, teamName, ct);
        var role = await store.OfTeam(team.Id, ct) is { } id
            ? await changes.Find(organization, id, ct)
            : await changes.CreateOfTeam(organization, team, http.Actor(), ct);
        return OnWire(organization, role, await store.Ground(organization.Id, ct));
    }

    private static PermissionDescriptorRecord OnWire(Organization organization, Role role, RoleGround ground)
    {
        var builtIn = OrganizationRole.BuiltIn.Contains(role.Id);
        using var details = JsonDocument.Parse(role.Json);
        return new(
            role.Id,
            organization.Id,
            role.Name,
            role.Description,
            role.ResourceType,
            role.Purpose,
            details.RootElement.Clone(),
            builtIn ? role.Id : null,
            role.Version,
            MemberEndpoints.Rfc3339(role.CreatedMs),
            MemberEndpoints.Rfc3339(role.ModifiedMs),
            role.Id == (ground.DefaultRoleId ?? OrganizationRole.Member)
        );
    }
}
