using System.Text;
using Server.Audit;
using Server.Auth;
using Server.Data;
using Server.Environments;
using Server.Http;
using Server.Organizations;
using Server.Stacks;
using Server.State;
using Server.Teams;
using Server.Webhooks;
using Wire;

namespace Server.StackLifecycle;

/// <summary>POST /api/stacks/{org}/{project}</summary>
public static class StackCreateEndpoint
{
    /// <summary>The state that a stack begins with has no resources as a rule.</summary>
    private const long LargestBody = 16 * BodyLimit.Mebibyte;

    public static void MapStackCreate(this IEndpointRouteBuilder routes) =>
        routes.MapPost(StackEndpoints.ProjectRoute, Create).RequireMember(Permission.StackCreate).LimitBody(LargestBody);

    private static async Task<CreateStackResponse> Create(
        HttpContext http,
        string projectName,
        Body<CreateStackRequest> body,
        Database database,
        StackStore stacks,
        StateStore states,
        StackGrantStore grants,
        TeamStore teams,
        EnvironmentActions environments,
        AuditStore audit,
        WebhookEvents webhooks,
        CancellationToken ct
    )
    {
        var request = body.Value;
        var organization = http.Organization();
        var project = StackName.Check("project", projectName);
        var name = StackName.Check("stack", request.StackName);
        var tags = StackTags.Check(request.Tags);
        StackTags.CheckProject(tags, project);
        var environment = request.Config is { } config ? StackConfigEndpoints.Reference(config) : null;
        if (environment is not null)
        {
            organization.Demand(Permission.EnvironmentCreate);
        }
        var id = Guid.CreateVersion7().ToString();
        var state = request.State is { } given ? await states.Stage(id, Encoding.UTF8.GetBytes(given.GetRawText()), ct) : null;
        var fullName = $"{organization.Login}/{project}/{name}";
        await database.Write(
            async transaction =>
            {
                if (!await stacks.Create(transaction, id, organization.Id, project, name, tags))
                {
                    throw ApiException.Conflict($"Stack '{fullName}' already exists"); // the CLI tells this conflict by its last two words
                }
                await grants.Set(transaction, id, http.Caller().AccountId, StackLevel.Creator);
                if (await teams.AddStack(transaction, organization.Id, id, TeamsOf(request)) is { } unknown)
                {
                    throw ApiException.BadRequest(
                        $"There is no team '{unknown}' in '{organization.Login}'. `pulumi org team list` names them."
                    );
                }
                if (environment is not null)
                {
                    await environments.CreateFor(transaction, http.EnvironmentUser(), environment);
                    await stacks.SetConfig(transaction, id, StackConfigEndpoints.Text(environment));
                }
                if (state is not null)
                {
                    await states.Commit(transaction, state, version: 0);
                    await stacks.SetResourceCount(transaction, id, state.ResourceCount);
                }
                var what = $"Created the stack {fullName}";
                await audit.Add(transaction, http.Actor(), organization.Id, AuditEvent.StackCreated, what, id);
                var parts = new StackParts(id, fullName, project, name);
                await webhooks.AddStack(transaction, WebhookFilter.StackCreated, organization.Id, parts, http.Caller().AccountId);
                return id;
            },
            ct
        );
        return new();
    }

    private static IEnumerable<string> TeamsOf(CreateStackRequest request) => (request.Teams ?? []).Select(name => name ?? "");
}
