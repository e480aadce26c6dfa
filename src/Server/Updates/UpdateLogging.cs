using Server.Audit;
using Server.Data;
using Server.Stacks;
using Server.Webhooks;

namespace Server.Updates;

/// <summary>Tells the audit log and webhooks of updates, in the unit of work in which they begin and end. Previews change nothing and are not audited.</summary>
public sealed class UpdateLogging(StackStore stacks, AuditStore audit, WebhookEvents webhooks)
{
    public async Task Started(Transaction transaction, Stack stack, Update update, long version, string client)
    {
        if (!update.DryRun)
        {
            var what = $"Started the {update.Kind} {version} of {stack.FullName}";
            await audit.Add(transaction, By(update, client), stack.OrganizationId, AuditEvent.StackUpdateStarted, what, stack.Id);
        }
    }

    public async Task Cancelled(Transaction transaction, Update update, Actor actor)
    {
        if (await stacks.FindById(transaction, update.StackId) is { } stack)
        {
            var what = $"Cancelled the {update.Kind}{(update.DryRun ? "" : $" {update.Version}")} of {stack.FullName}";
            await audit.Add(transaction, actor, stack.OrganizationId, AuditEvent.StackUpdateCanceled, what, stack.Id);
        }
    }

    /// <param name="stack">Null if it is gone.</param>
    public async Task Ended(Transaction transaction, Update update, Stack? stack)
    {
        if (stack is null)
        {
            return;
        }
        if (!update.DryRun)
        {
            var why = update.EndReason.Length > 0 ? $": it {update.EndReason}" : "";
            var what = $"The {update.Kind} {update.Version} of {stack.FullName} {Result(update.EndsAs)}{why}";
            await audit.Add(transaction, By(update, update.Client), stack.OrganizationId, AuditEvent.StackUpdateCompleted, what, stack.Id);
        }
        await webhooks.AddUpdate(
            transaction,
            stack.OrganizationId,
            stack.Parts(),
            new(
                update.Id,
                update.Kind,
                update.DryRun,
                update.Version,
                update.EndsAs == UpdateStatus.Succeeded,
                update.ResourceChanges,
                update.RequestedBy
            )
        );
    }

    public async Task Imported(Transaction transaction, Stack stack, string updateId, NewUpdate update, long version)
    {
        var actor = new Actor(update.RequestedBy, update.TokenId, Address(update.Client));
        var what = $"Imported a state into {stack.FullName}, which is version {version}";
        await audit.Add(transaction, actor, stack.OrganizationId, AuditEvent.StackImported, what, stack.Id);
        var parts = new UpdateParts(updateId, update.Kind, DryRun: false, version, Succeeded: true, "", update.RequestedBy);
        await webhooks.AddUpdate(transaction, stack.OrganizationId, stack.Parts(), parts);
    }

    /// <summary>Webhooks are not told: what was long ago has not happened now.</summary>
    /// <param name="what">Was put into the stack, beginning with a capital.</param>
    public Task ImportedPast(Transaction transaction, Stack stack, Actor actor, string what) =>
        audit.Add(transaction, actor, stack.OrganizationId, AuditEvent.StackImported, what, stack.Id);

    private static string Result(string status) => status == UpdateStatus.Cancelled ? "was cancelled" : status;

    private static Actor By(Update update, string client) => new(update.RequestedBy, update.TokenId, Address(client));

    /// <summary>The first word of <see cref="Client"/>.</summary>
    private static string Address(string client) => client.Split(' ')[0];
}
