using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Server.Audit;
using Server.Auth;
using Server.Data;
using Server.Outgoing;
using Server.Secrets;

namespace Server.Webhooks;

/// <summary>Whose webhooks they are.</summary>
/// <param name="Id">The organization's or the stack's.</param>
/// <param name="Name">For the log: <c>the organization acme</c>.</param>
public sealed record WebhookOwner(string Id, string OrganizationId, string? StackId, string Name)
{
    public bool IsStack => StackId is not null;
}

/// <summary>What somebody wants a webhook to be. Null leaves it as it is, or takes what is usual.</summary>
public sealed record WebhookWish
{
    public string? Name { get; init; }
    public string? DisplayName { get; init; }
    public string? PayloadUrl { get; init; }
    public string? Format { get; init; }
    public bool? Active { get; init; }
    public IReadOnlyList<string>? Filters { get; init; }
    public IReadOnlyList<string>? Groups { get; init; }

    /// <summary>Empty keeps it.</summary>
    public string? Secret { get; init; }
}

/// <summary>Makes, changes and deletes webhooks, and writes down who did.</summary>
public sealed partial class WebhookChanges(
    Database database,
    WebhookStore webhooks,
    OutgoingConnections connections,
    OwnerKeys keys,
    AuditStore audit,
    TimeProvider clock
)
{
    /// <summary>The secret that takes the secret away.</summary>
    public const string RemoveSecret = "__remove-secret";

    private const int MostOfAnOwner = 50;
    private const int LongestUrl = 2000;
    private const int LongestName = 100;

    /// <exception cref="ApiException">400: it cannot be one. 409: there is one of that name.</exception>
    public async Task<Webhook> Create(WebhookOwner owner, WebhookWish wish, Actor actor, CancellationToken ct)
    {
        var name = wish.Name is { Length: > 0 } given ? given : Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));
        if (!NameShape().IsMatch(name))
        {
            throw ApiException.BadRequest($"A webhook's name is up to {LongestName} letters, digits, dots, hyphens and underscores.");
        }
        var blank = new Webhook
        {
            Id = Guid.CreateVersion7().ToString(),
            OwnerId = owner.Id,
            KeyOwnerId = owner.OrganizationId,
            Name = name,
            DisplayName = name,
            PayloadUrl = "",
            Format = WebhookFormat.Raw,
            Active = true,
            Filters = "",
            EventGroups = "",
            CreatedMs = clock.GetUtcNow().ToUnixTimeMilliseconds(),
        };
        var made = await Apply(owner, blank, wish, ct);
        if ((await webhooks.List(owner.Id, ct)).Count >= MostOfAnOwner)
        {
            throw ApiException.BadRequest($"There are {MostOfAnOwner} webhooks here already. Delete one that is not needed any more.");
        }
        return await Write(
            owner,
            actor,
            AuditEvent.WebhookCreated,
            $"Created the webhook {name} of {owner.Name}, which sends to {Host(made)}",
            async transaction =>
                await WebhookStore.Add(transaction, made)
                    ? made
                    : throw ApiException.Conflict($"A webhook with the name '{name}' already exists"),
            ct
        );
    }

    /// <exception cref="ApiException">400: it cannot be so. 404: it has just been deleted.</exception>
    public async Task<Webhook> Change(WebhookOwner owner, Webhook webhook, WebhookWish wish, Actor actor, CancellationToken ct)
    {
        var changed = await Apply(owner, webhook, wish, ct);
        return await Write(
            owner,
            actor,
            AuditEvent.WebhookUpdated,
            $"Changed the webhook {webhook.Name} of {owner.Name}, which sends to {Host(changed)}{Secrecy(webhook, changed)}",
            async transaction => await WebhookStore.Update(transaction, changed) ? changed : throw NotFound(webhook.Name),
            ct
        );
    }

    public Task Delete(WebhookOwner owner, Webhook webhook, Actor actor, CancellationToken ct) =>
        Write(
            owner,
            actor,
            AuditEvent.WebhookDeleted,
            $"Deleted the webhook {webhook.Name} of {owner.Name}",
            async transaction => await WebhookStore.Delete(transaction, webhook.Id) ? webhook : throw NotFound(webhook.Name),
            ct
        );

    public static ApiException NotFound(string name) => ApiException.NotFound($"Webhook '{name}' not found");

    private Task<Webhook> Write(
        WebhookOwner owner,
        Actor actor,
        string name,
        string what,
        Func<Transaction, Task<Webhook>> change,
        CancellationToken ct
    ) =>
        database.Write(
            async transaction =>
            {
                var webhook = await change(transaction);
                await audit.Add(transaction, actor, owner.OrganizationId, name, what, owner.StackId);
                return webhook;
            },
            ct
        );

    private async Task<Webhook> Apply(WebhookOwner owner, Webhook webhook, WebhookWish wish, CancellationToken ct)
    {
        var url = wish.PayloadUrl?.Trim() ?? webhook.PayloadUrl;
        if (url.Length > LongestUrl || connections.Problem(url) is not null && (url.Length == 0 || url != webhook.PayloadUrl))
        {
            throw ApiException.BadRequest(url.Length > LongestUrl ? "The payload URL is too long." : connections.Problem(url)!);
        }
        var display = wish.DisplayName is { Length: > 0 } given ? given.Trim() : webhook.DisplayName;
        if (display.Length is 0 or > LongestName || display.Any(char.IsControl))
        {
            throw ApiException.BadRequest($"A webhook's display name is up to {LongestName} characters, without line breaks.");
        }
        var changed = webhook with
        {
            DisplayName = display,
            PayloadUrl = url,
            Format = Format(owner, wish.Format is { Length: > 0 } format ? format : webhook.Format),
            Active = wish.Active ?? webhook.Active,
            Filters = Words(wish.Filters, WebhookFilter.For(owner.IsStack), "filter") ?? webhook.Filters,
            EventGroups = Words(wish.Groups, WebhookFilter.GroupsFor(owner.IsStack), "group") ?? webhook.EventGroups,
        };
        return wish.Secret switch
        {
            null or "" => changed,
            RemoveSecret => changed with { Secret = null },
            { Length: > 1000 } => throw ApiException.BadRequest("A webhook's secret has up to 1000 characters."),
            var secret => changed with
            {
                KeyOwnerId = owner.OrganizationId,
                Secret = await keys.Encrypt(owner.OrganizationId, Encoding.UTF8.GetBytes(secret), webhook.SecretPurpose, ct),
            },
        };
    }

    private static string Format(WebhookOwner owner, string format) =>
        WebhookFormat.All.Contains(format) ? format
        : format == "pulumi_deployments" && !owner.IsStack
            ? throw ApiException.BadRequest("'pulumi_deployments' format can only be used on stack or environment webhooks.")
        : format == "pulumi_deployments"
            ? throw ApiException.BadRequest("This server has no deployments that a webhook could start; use raw, slack or ms_teams.")
        : throw ApiException.BadRequest($"'{format}' is not a format; there are {string.Join(", ", WebhookFormat.All)}.");

    private static string? Words(IReadOnlyList<string>? words, IReadOnlyList<string> valid, string what) =>
        words is null ? null
        : words.FirstOrDefault(word => !valid.Contains(word)) is { } odd
            ? throw ApiException.BadRequest($"'{odd}' is not a {what} of these webhooks; there are {string.Join(", ", valid)}.")
        : string.Join(' ', words.Distinct(StringComparer.Ordinal));

    /// <summary>Addresses of chats hold a secret in their path.</summary>
    private static string Host(Webhook webhook) => new Uri(webhook.PayloadUrl).Host;

    private static string Secrecy(Webhook before, Webhook after) =>
        (before.Secret, after.Secret) switch
        {
            (not null, null) => ", without its secret",
            var (old, now) when !ReferenceEquals(old, now) => ", with a new secret",
            _ => "",
        };

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex NameShape();
}
