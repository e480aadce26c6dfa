using Server.Audit;
using Server.Auth;
using Server.Data;
using Server.Stacks;
using Server.Updates;
using Server.Webhooks;

namespace Server.StackLifecycle;

/// <summary>DELETE /api/stacks/{org}/{project}/{stack}?force=true|false</summary>
public static class StackDeleteEndpoint
{
    public static void MapStackDelete(this IEndpointRouteBuilder routes) =>
        routes.MapDelete(StackAccess.Route, Delete).RequireStack(Permission.StackDelete);

    private static async Task<IResult> Delete(HttpContext http, StackDelete deletion, CancellationToken ct)
    {
        await deletion.Run(http.Stack(), Force(http.Request.Query["force"]), http.Actor(), ct);
        return Results.NoContent();
    }

    private static bool Force(string? text) =>
        text switch
        {
            null or "" or "false" => false,
            "true" => true,
            _ => throw ApiException.BadRequest($"'{text}' is not a valid force; use true or false."),
        };
}

public sealed class StackDelete(
    Database database,
    StackStore stacks,
    Ending ending,
    AuditStore audit,
    WebhookEvents webhooks,
    TimeProvider clock
)
{
    private const int Tries = 5;

    /// <exception cref="ApiException">400: it has resources. 404: it is gone. 409: it is in use, which no force overcomes.</exception>
    public async Task Run(Stack stack, bool force, Actor actor, CancellationToken ct)
    {
        for (var tries = 1; ; tries++)
        {
            var outcome = await database.Write(transaction => Try(transaction, stack, force, actor), ct);
            if (outcome.Deleted)
            {
                return;
            }
            if (tries == Tries || outcome.Holder is { } holder && !await ending.TakeOver(holder, ct))
            {
                throw Updates.Refusal.Busy(outcome.Holder, clock);
            }
        }
    }

    private async Task<Outcome> Try(Transaction transaction, Stack asked, bool force, Actor actor)
    {
        if (!await stacks.Delete(transaction, asked.Id, force))
        {
            var now = await stacks.FindById(transaction, asked.Id);
            return now is null or { DeletedMs: > 0 } ? throw StackAccess.NotFound(asked.Organization, asked.Project, asked.Name)
                : now.RunningUpdateId is { } running ? new(false, await UpdateStore.Find(transaction, running))
                : throw ApiException.BadRequest("Stack still contains resources."); // the CLI compares the whole text
        }
        var resources = asked.ResourceCount > 0 ? $" with {asked.ResourceCount} resources" : "";
        var what = $"Deleted the stack {asked.FullName}{resources}";
        await audit.Add(transaction, actor, asked.OrganizationId, AuditEvent.StackDeleted, what, asked.Id);
        await webhooks.AddStack(transaction, WebhookFilter.StackDeleted, asked.OrganizationId, asked.Parts(), actor.AccountId);
        return new(true, null);
    }

    private sealed record Outcome(bool Deleted, Update? Holder);
}
