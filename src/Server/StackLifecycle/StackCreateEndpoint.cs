using Server.Audit;
using Server.Auth;
using Server.Data;
using Server.Http;
using Server.Organizations;
using Server.Stacks;
using Wire;

namespace Server.StackLifecycle;

/// <summary>POST /api/stacks/{org}/{project}</summary>
public static class StackCreateEndpoint
{
    public static void MapStackCreate(this IEndpointRouteBuilder routes) =>
        routes.MapPost(StackEndpoints.ProjectRoute, Create).RequireMember();

    private static async Task<CreateStackResponse> Create(
        HttpContext http,
        string projectName,
        Body<CreateStackRequest> body,
        Database database,
        StackStore stacks,
        AuditStore audit,
        CancellationToken ct
    )
    {
        var request = body.Value;
        var organization = http.Organization();
        var project = StackName.Check("project", projectName);
        var name = StackName.Check("stack", request.StackName);
        var tags = StackTags.Check(request.Tags);
        StackTags.CheckProject(tags, project);
        RemoteConfig.Refuse(request.Config);
        await database.Write(
            async transaction =>
            {
                var fullName = $"{organization.Login}/{project}/{name}";
                // The CLI tells this conflict from others by the last two words.
                var id =
                    await stacks.Create(transaction, organization.Id, project, name, tags)
                    ?? throw ApiException.Conflict($"Stack '{fullName}' already exists");
                await audit.Add(transaction, http.Actor(), organization.Id, AuditEvent.StackCreated, $"Created the stack {fullName}", id);
                return id;
            },
            ct
        );
        return request.Teams is { Count: > 0 } ? new([NoTeams(organization)]) : new();
    }

    private static ServiceMessage NoTeams(Organization organization) =>
        new("warning", $"There are no teams here yet: every member of {organization.Login} has access to the stack.");
}
