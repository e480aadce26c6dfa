using Server.Data;

namespace Server.Webhooks;

/// <summary>Owns <c>webhooks</c>.</summary>
public sealed class WebhookStore(Database database)
{
    public Task<List<Webhook>> List(string ownerId, CancellationToken ct) =>
        database.Query<Webhook>($"SELECT * FROM webhooks WHERE owner_id = {ownerId} ORDER BY created_ms, id", ct);

    public Task<Webhook?> Find(string ownerId, string name, CancellationToken ct) =>
        database.QueryOne<Webhook>($"SELECT * FROM webhooks WHERE owner_id = {ownerId} AND name = {name}", ct);

    public Task<Webhook?> FindById(string id, CancellationToken ct) =>
        database.QueryOne<Webhook>($"SELECT * FROM webhooks WHERE id = {id}", ct);

    /// <summary>Those that are to be told of what happens in an organization and, if it is there, to a stack.</summary>
    public static Task<List<Webhook>> Active(Transaction transaction, string organizationId, string? stackId) =>
        transaction.Query<Webhook>(
            $"SELECT * FROM webhooks WHERE active AND (owner_id = {organizationId} OR owner_id = {stackId ?? organizationId})"
        );

    /// <returns>False if the owner has one of that name.</returns>
    public static async Task<bool> Add(Transaction transaction, Webhook webhook) =>
        await transaction.Execute(
            $"""
            INSERT INTO webhooks (id, owner_id, key_owner_id, name, display_name, payload_url, format, active, filters, event_groups, secret,
                                  created_ms)
            VALUES ({webhook.Id}, {webhook.OwnerId}, {webhook.KeyOwnerId}, {webhook.Name}, {webhook.DisplayName}, {webhook.PayloadUrl},
                    {webhook.Format}, {webhook.Active}, {webhook.Filters}, {webhook.EventGroups}, {webhook.Secret}, {webhook.CreatedMs})
            ON CONFLICT DO NOTHING
            """
        ) == 1;

    public static async Task<bool> Update(Transaction transaction, Webhook webhook) =>
        await transaction.Execute(
            $"""
            UPDATE webhooks
            SET key_owner_id = {webhook.KeyOwnerId}, display_name = {webhook.DisplayName}, payload_url = {webhook.PayloadUrl},
                format = {webhook.Format}, active = {webhook.Active}, filters = {webhook.Filters}, event_groups = {webhook.EventGroups},
                secret = {webhook.Secret}
            WHERE id = {webhook.Id}
            """
        ) == 1;

    public static async Task<bool> Delete(Transaction transaction, string id) =>
        await transaction.Execute($"DELETE FROM webhooks WHERE id = {id}") == 1;
}
