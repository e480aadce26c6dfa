using System.Text.Json.Nodes;
using Server.Data;
using Server.Settings;

namespace Server.Webhooks;

/// <summary>Puts what happens into the outbox of every webhook that wants to know, in the unit of work in which it happens.</summary>
public sealed class WebhookEvents(WebhookOutbox outbox, ServerSettings settings)
{
    /// <param name="Filter">One of <see cref="WebhookFilter"/>.</param>
    /// <param name="AccountId">Who did it.</param>
    /// <param name="Message">Made only if somebody wants it, of who did it and the organization as the published bodies have them.</param>
    public sealed record Event(
        string Filter,
        string OrganizationId,
        string? StackId,
        string AccountId,
        Func<JsonObject, Party, WebhookMessage> Message
    );

    public async Task Add(Transaction transaction, Event happened)
    {
        var wanting = (await WebhookStore.Active(transaction, happened.OrganizationId, happened.StackId))
            .Where(webhook => webhook.Wants(happened.Filter))
            .ToList();
        if (wanting.Count == 0)
        {
            return;
        }
        var user = await transaction.QueryOne<Party>($"SELECT login, name FROM accounts WHERE id = {happened.AccountId}");
        var organization = await transaction.QueryOne<Party>($"SELECT login, name FROM organizations WHERE id = {happened.OrganizationId}");
        if (organization is null)
        {
            return;
        }
        var body = new JsonObject { ["user"] = (user ?? Party.Gone).OnWire(), ["organization"] = organization.OnWire() };
        var message = happened.Message(body, user ?? Party.Gone);
        foreach (var webhook in wanting)
        {
            await outbox.Add(transaction, webhook.Id, message.Kind, message.In(webhook.Format));
        }
    }

    /// <summary>A stack came or went.</summary>
    /// <param name="filter"><see cref="WebhookFilter.StackCreated"/> or <see cref="WebhookFilter.StackDeleted"/>.</param>
    public Task AddStack(Transaction transaction, string filter, string organizationId, StackParts stack, string accountId)
    {
        var action = filter == WebhookFilter.StackCreated ? "created" : "deleted";
        return Add(
            transaction,
            new(
                filter,
                organizationId,
                stack.Id,
                accountId,
                (body, user) =>
                {
                    body["action"] = action;
                    body["projectName"] = stack.Project;
                    body["stackName"] = stack.Name;
                    var link = action == "created" ? Address(stack.FullName) : null;
                    return new("stack", body, $"{user.Login} {action} the stack {stack.FullName}.", link);
                }
            )
        );
    }

    /// <summary>An update, preview, refresh, destroy or import is over.</summary>
    public Task AddUpdate(Transaction transaction, string organizationId, StackParts stack, UpdateParts update) =>
        Add(
            transaction,
            new(
                $"{(update.DryRun ? "preview" : Kind(update.Kind))}_{(update.Succeeded ? "succeeded" : "failed")}",
                organizationId,
                stack.Id,
                update.AccountId,
                (body, user) =>
                {
                    var path = update.DryRun ? $"previews/{update.Id}" : $"updates/{update.Version}";
                    var link = Address($"{stack.FullName}/{path}");
                    var result = update.Succeeded ? "succeeded" : "failed";
                    body["projectName"] = stack.Project;
                    body["stackName"] = stack.Name;
                    body["updateUrl"] = link;
                    body["kind"] = update.DryRun ? "preview" : update.Kind;
                    body["result"] = result;
                    body["resourceChanges"] = update.ResourceChanges.Length > 0 ? JsonNode.Parse(update.ResourceChanges) : new JsonObject();
                    body["isPreview"] = update.DryRun;
                    var what = update.DryRun ? "preview" : $"{Kind(update.Kind)} {update.Version}";
                    return new(
                        update.DryRun ? "stack_preview" : "stack_update",
                        body,
                        $"The {what} of {stack.FullName} by {user.Login} {result}.",
                        link
                    );
                }
            )
        );

    private static string Kind(string kind) => kind is "preview" or "refresh" or "destroy" or "import" ? kind : "update";

    private string Address(string path) =>
        $"{ServerSettings.Address(settings.ConsoleUrl)}/{string.Join('/', path.Split('/').Select(Uri.EscapeDataString))}";
}

/// <summary>A person or an organization.</summary>
public sealed record Party
{
    public static readonly Party Gone = new() { Login = "somebody", Name = "" };

    public required string Login { get; init; }
    public required string Name { get; init; }

    public JsonObject OnWire() =>
        new()
        {
            ["name"] = Name.Length > 0 ? Name : Login,
            ["githubLogin"] = Login,
            ["avatarUrl"] = "",
        };
}

/// <summary>What of a stack is told.</summary>
public sealed record StackParts(string Id, string FullName, string Project, string Name);

/// <summary>What of an update is told.</summary>
public sealed record UpdateParts(
    string Id,
    string Kind,
    bool DryRun,
    long Version,
    bool Succeeded,
    string ResourceChanges,
    string AccountId
);
