using Server.Audit;
using Server.Auth;
using Server.Data;
using Server.Stacks;

namespace Server.StackLifecycle;

/// <summary>DELETE /api/stacks/{org}/{project}/{stack}?force=true|false</summary>
public static class StackDeleteEndpoint
{
    public static void MapStackDelete(this IEndpointRouteBuilder routes) => routes.MapDelete(StackAccess.Route, Delete).RequireStack();

    private static async Task<IResult> Delete(
        HttpContext http,
        Database database,
        StackStore stacks,
        AuditStore audit,
        CancellationToken ct
    )
    {
        var (stack, force) = (http.Stack(), Force(http.Request.Query["force"]));
        await database.Write(
            async transaction =>
            {
                if (!await stacks.Delete(transaction, stack.Id, force))
                {
                    throw Refusal(stack, await stacks.FindById(transaction, stack.Id));
                }
                await audit.Add(
                    transaction,
                    http.Actor(),
                    stack.OrganizationId,
                    AuditEvent.StackDeleted,
                    $"Deleted the stack {stack.FullName}{(stack.ResourceCount > 0 ? $" with {stack.ResourceCount} resources" : "")}",
                    stack.Id
                );
                return true;
            },
            ct
        );
        return Results.NoContent();
    }

    private static ApiException Refusal(Stack asked, Stack? now) =>
        now is null or { DeletedMs: > 0 } ? ApiException.NotFound($"Stack '{asked.FullName}' not found")
        : now.RunningUpdateId is not null ? ApiException.Conflict("Another update is currently in progress.")
        : ApiException.BadRequest("Stack still contains resources."); // the CLI compares the whole text

    private static bool Force(string? text) =>
        text switch
        {
            null or "" or "false" => false,
            "true" => true,
            _ => throw ApiException.BadRequest($"'{text}' is not a valid force; use true or false."),
        };
}
