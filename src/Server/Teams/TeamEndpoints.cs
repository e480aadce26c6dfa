using Server.Audit;
using Server.Auth;
using Server.Http;
using Server.Organizations;
using Server.Roles;
using Server.Stacks;
using Wire;

namespace Server.Teams;

/// <summary>/api/orgs/{org}/teams, and which of them have a stack.</summary>
public static class TeamEndpoints
{
    private const string Route = "/api/orgs/{orgName}/teams";

    public static void AddTeams(this IServiceCollection services)
    {
        services.AddSingleton<TeamStore>();
        services.AddSingleton<TeamChanges>();
        services.AddSingleton<StackAccessStore>();
        services.AddSingleton<StackGrants>();
    }

    public static void MapTeams(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Route, List).RequireMember(Permission.TeamList);
        routes.MapPost(Route + "/pulumi", Create).RequireMember(Permission.TeamCreate).WholeTokensOnly();
        routes.MapGet(Route + "/{teamName}", Read).RequireMember(Permission.TeamRead);
        routes.MapPatch(Route + "/{teamName}", Change).RequireMember(Permission.TeamRead).WholeTokensOnly();
        routes.MapDelete(Route + "/{teamName}", Delete).RequireMember(Permission.TeamDelete).WholeTokensOnly();
        routes.MapGet(StackAccess.Route + "/teams", OfStack).RequireStack(Permission.StackAccessRead);
        routes
            .MapPatch("/api/console/stacks/{orgName}/{projectName}/{stackName}/teams/{teamName}", SetOfStack)
            .RequireStack(Permission.StackAccessUpdate)
            .WholeTokensOnly();
        routes.MapGet(StackAccess.Route + "/collaborators", Collaborators).RequireStack(Permission.StackAccessRead);
        routes
            .MapDelete(StackAccess.Route + "/collaborators/{userName}", Take)
            .RequireStack(Permission.StackAccessUpdate)
            .WholeTokensOnly();
        routes.MapGet("/api/orgs/{orgName}/members/{user}/teams", OfMember).RequireMember(Permission.TeamList);
    }

    private static async Task<ListTeamsResponse> List(HttpContext http, TeamStore teams, CancellationToken ct) =>
        new([.. (await teams.List(http.Organization(), ct)).Select(t => OnWire(t))]);

    private static async Task<IResult> Create(HttpContext http, Body<CreateTeamRequest> body, TeamChanges changes, CancellationToken ct)
    {
        var asked = body.Value;
        var team = await changes.Create(http.Organization(), asked.Name, asked.DisplayName, asked.Description, http.Actor(), ct);
        return Results.Json(OnWire(team), WireJson.Default.Team, statusCode: StatusCodes.Status201Created);
    }

    private static async Task<Wire.Team> Read(
        HttpContext http,
        string teamName,
        TeamChanges changes,
        TeamStore teams,
        RoleStore roles,
        CancellationToken ct
    )
    {
        var team = await changes.Find(http.Organization(), teamName, ct);
        return OnWire(team) with
        {
            Members =
            [
                .. (await teams.Members(team.Id, ct)).Select(m => new Wire.TeamMember(
                    m.Login,
                    m.Name,
                    AvatarUrl: "",
                    m.Admin ? "admin" : "member"
                )),
            ],
            Stacks =
            [
                .. (await teams.Stacks(http.Organization(), team.Id, ct)).Select(s => new Wire.TeamStack(s.Project, s.Name, s.Permission)),
            ],
            Environments =
            [
                .. (await teams.Environments(http.Organization(), team.Id, ct)).Select(e => new Wire.TeamEnvironment(
                    e.Project,
                    e.Name,
                    EnvironmentLevel.NameOf(e.Permission)
                )),
            ],
            RoleIds = await roles.OfTeam(team.Id, ct) is { } role ? [role] : [],
        };
    }

    private static async Task<IResult> Change(
        HttpContext http,
        string teamName,
        Body<UpdateTeamRequest> body,
        TeamChanges changes,
        CancellationToken ct
    )
    {
        var (organization, asked, actor) = (http.Organization(), body.Value, http.Actor());
        var team = await changes.Find(organization, teamName, ct);
        if (asked.NewDisplayName is not null || asked.NewDescription is not null)
        {
            await changes.Describe(organization, team, asked.NewDisplayName, asked.NewDescription, actor, ct);
        }
        if (asked.MemberAction is not null || asked.Member is not null)
        {
            await changes.ChangeMember(organization, team, asked.Member, asked.MemberAction, actor, ct);
        }
        if ((asked.AddStackPermission ?? asked.EditStackPermission) is { } given)
        {
            await changes.SetStack(organization, team, given.ProjectName, given.StackName, given.Permission, actor, ct);
        }
        if (asked.RemoveStack is { } taken)
        {
            await changes.SetStack(organization, team, taken.ProjectName, taken.StackName, null, actor, ct);
        }
        if ((asked.AddEnvironmentPermission ?? asked.EditEnvironmentPermission) is { } opened)
        {
            await changes.SetEnvironment(organization, team, opened.ProjectName, opened.EnvName, LevelOf(opened), actor, ct);
        }
        if (asked.RemoveEnvironment is { } closed)
        {
            await changes.SetEnvironment(organization, team, closed.ProjectName, closed.EnvName, null, actor, ct);
        }
        return Results.NoContent();
    }

    private static long LevelOf(Wire.TeamEnvironment given)
    {
        if (!string.IsNullOrEmpty(given.MaxOpenDuration))
        {
            throw ApiException.BadRequest("maxOpenDuration is not enforced here, so that none can be given.");
        }
        var level = EnvironmentLevel.Parse(given.Permission);
        return EnvironmentLevel.IsGrantable(level)
            ? level!.Value
            : throw ApiException.BadRequest($"'{given.Permission}' is not a permission; there are read, open, write and admin.");
    }

    private static async Task<IResult> Delete(HttpContext http, string teamName, TeamChanges changes, CancellationToken ct)
    {
        await changes.Delete(http.Organization(), await changes.Find(http.Organization(), teamName, ct), http.Actor(), ct);
        return Results.NoContent();
    }

    private static async Task<ListStackTeamsResponse> OfStack(HttpContext http, StackAccessStore access, CancellationToken ct) =>
        new(
            http.Stack().Project,
            [
                .. (await access.Teams(http.Stack(), ct)).Select(t => new StackTeam(
                    t.Name,
                    t.DisplayName,
                    t.Description,
                    t.IsMember,
                    t.Permission
                )),
            ]
        );

    private static async Task<IResult> SetOfStack(
        HttpContext http,
        string teamName,
        Body<UpdateTeamStackPermissionsRequest> body,
        OrganizationStore organizations,
        TeamChanges changes,
        CancellationToken ct
    )
    {
        var stack = http.Stack();
        var organization = (await organizations.Find(http.Caller().AccountId, stack.Organization, ct))!;
        var team = await changes.Find(organization, teamName, ct);
        await changes.SetStack(organization, team, stack.Project, stack.Name, body.Value.Permissions, http.Actor(), ct);
        return Results.NoContent();
    }

    private static async Task<IResult> Take(HttpContext http, string userName, StackGrants grants, CancellationToken ct)
    {
        await grants.Take(http.Stack(), userName, http.Actor(), ct);
        return Results.NoContent();
    }

    private static async Task<MemberTeamsResponse> OfMember(
        HttpContext http,
        string user,
        Members members,
        TeamStore teams,
        CancellationToken ct
    )
    {
        var member = await members.Find(http.Organization(), user, ct);
        return new(await teams.NamesOf(member.AccountId, http.Organization().Id, ct));
    }

    private static async Task<ListCollaboratorsResponse> Collaborators(HttpContext http, StackAccessStore access, CancellationToken ct)
    {
        var people = await access.ByName(http.Stack(), ct);
        return new(
            people.Find(p => p.Permission == StackLevel.Creator)?.Login,
            [.. people.Select(p => new UserPermission(p.Permission, new(p.Login, p.Name, AvatarUrl: "")))]
        );
    }

    internal static Wire.Team OnWire(Team team) => new(team.Kind, team.Name, team.DisplayName, team.Description, team.ViewerRole);
}
