using Server.Audit;
using Server.Auth;
using Server.Http;
using Server.Organizations;
using Server.Stacks;
using Server.State;
using Server.Updates;
using Wire;

namespace Server.StackLifecycle;

/// <summary>POST …/rename and POST …/transfer</summary>
public static class StackMoveEndpoints
{
    public static void MapStackMove(this IEndpointRouteBuilder routes)
    {
        routes.MapPost(StackAccess.Route + "/rename", Rename).RequireStack();
        routes.MapPost(StackAccess.Route + "/transfer", Transfer).RequireStack();
    }

    private static async Task<ImportStackResponse> Rename(
        HttpContext http,
        Body<RenameStackRequest> body,
        StackMove moving,
        CancellationToken ct
    )
    {
        var stack = http.Stack();
        var name = StackName.Check("stack", Or(body.Value.NewName, stack.Name));
        var project = StackName.Check("project", Or(body.Value.NewProject, stack.Project));
        if (name == stack.Name && project == stack.Project)
        {
            throw ApiException.BadRequest("No rename to apply: the stack has that name already.");
        }
        var to = new FullStackName(stack.Organization, project, name);
        var message = $"Renamed the stack {stack.FullName} to {project}/{name}";
        var move = new Move(
            stack.OrganizationId,
            to,
            http.Actor(),
            Client.Of(http),
            message,
            [(stack.OrganizationId, AuditEvent.StackRenamed)]
        );
        return new(await moving.Run(stack, move, ct));
    }

    private static async Task<IResult> Transfer(
        HttpContext http,
        Body<TransferStackRequest> body,
        StackMove moving,
        OrganizationStore organizations,
        CancellationToken ct
    )
    {
        var (stack, request) = (http.Stack(), body.Value);
        if (
            !Or(request.FromOrg, stack.Organization).Equals(stack.Organization, StringComparison.OrdinalIgnoreCase)
            || Or(request.ProjectName, stack.Project) != stack.Project
            || Or(request.StackName, stack.Name) != stack.Name
        )
        {
            throw ApiException.BadRequest($"The address names the stack '{stack.FullName}', but the body another.");
        }
        var login = request.ToOrg is { Length: > 0 } named
            ? named
            : throw ApiException.BadRequest("toOrg is missing: where is the stack to go?");
        var target =
            await organizations.Find(http.Caller().AccountId, login, ct)
            ?? throw ApiException.NotFound($"Organization '{login}' not found");
        if (target.Id == stack.OrganizationId)
        {
            throw ApiException.BadRequest($"The stack belongs to '{target.Login}' already.");
        }
        var move = new Move(
            target.Id,
            new(target.Login, stack.Project, stack.Name),
            http.Actor(),
            Client.Of(http),
            $"Transferred the stack {stack.FullName} to {target.Login}",
            [(stack.OrganizationId, AuditEvent.StackTransferred), (target.Id, AuditEvent.StackTransferred)]
        );
        await moving.Run(stack, move, ct);
        return Results.NoContent();
    }

    private static string Or(string? given, string standard) => string.IsNullOrEmpty(given) ? standard : given;
}
