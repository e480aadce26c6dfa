namespace Server.Webhooks;

public static class WebhookWords
{
    /// <summary>The whole address may hold a secret.</summary>
    public static string Host(Webhook webhook) => new Uri(webhook.PayloadUrl).Host;

    public static string Events(Webhook webhook) =>
        webhook.GroupList.Select(group => "all of " + group).Concat(webhook.FilterList).ToList() is { Count: > 0 } words
            ? string.Join(", ", words).Replace('_', ' ')
            : "all";
}
