using Server.Audit;
using Server.Auth;
using Server.Data;
using Server.Http;
using Server.Organizations;
using Server.Stacks;
using Server.Updates;
using Server.Updates.History;
using Wire;

namespace Server.StackLifecycle;

/// <summary>GET /api/orgs/{org}/restore-stack and POST …/{id}: deleted stacks, and one of them back.</summary>
public static class StackRestoreEndpoints
{
    private const string Route = "/api/orgs/{orgName}/restore-stack";
    private const int Most = 25;

    public static void MapStackRestore(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Route, List).RequireMember();
        routes.MapPost(Route + "/{programID}", Restore).RequireMember();
    }

    private static async Task<ListDeletedStacksResponse> List(
        HttpContext http,
        StackStore stacks,
        HistoryStore history,
        CancellationToken ct
    )
    {
        var list = new List<DeletedStack>();
        foreach (var stack in await stacks.Deleted(http.Organization().Id, Most, ct))
        {
            var last = await history.Latest(stack.Id, ct);
            list.Add(
                new(
                    stack.Id,
                    stack.Id,
                    stack.Project,
                    stack.Name,
                    stack.Version,
                    stack.DeletedMs / 1000,
                    last?.Summary() ?? new("not-started", 0, 0, 0)
                )
            );
        }
        return new(list);
    }

    private static async Task<IResult> Restore(
        HttpContext http,
        string programID,
        Body<RestoreDeletedStackRequest> body,
        Database database,
        StackStore stacks,
        StackMove moving,
        AuditStore audit,
        CancellationToken ct
    )
    {
        var found = await stacks.FindById(programID, ct);
        var stack =
            found is { DeletedMs: > 0 } && found.OrganizationId == http.Organization().Id
                ? found
                : throw ApiException.NotFound($"There is no deleted stack '{programID}'");
        var name = StackName.Check("stack", string.IsNullOrEmpty(body.Value.StackName) ? stack.Name : body.Value.StackName);
        var message = $"Restored the stack {stack.FullName}{(name == stack.Name ? "" : $" as {name}")}";
        if (name == stack.Name)
        {
            await database.Write(
                async transaction =>
                {
                    if (!await stacks.Restore(transaction, stack.Id, name))
                    {
                        throw StackMove.Taken(new(stack.Organization, stack.Project, name));
                    }
                    await audit.Add(transaction, http.Actor(), stack.OrganizationId, AuditEvent.StackRestored, message, stack.Id);
                    return true;
                },
                ct
            );
        }
        else
        {
            var move = new Move(
                stack.OrganizationId,
                new(stack.Organization, stack.Project, name),
                http.Actor(),
                Client.Of(http),
                message,
                [(stack.OrganizationId, AuditEvent.StackRestored)]
            );
            await moving.Run(stack, move, ct);
        }
        return Results.NoContent();
    }
}
