namespace Server.Webhooks;

/// <summary>Where somebody wants to be told of what happens, in an organization or to a stack.</summary>
public sealed record Webhook
{
    public required string Id { get; init; }

    /// <summary>An organization's or a stack's id.</summary>
    public required string OwnerId { get; init; }

    /// <summary>The organization under whose key <see cref="Secret"/> is encrypted.</summary>
    public required string KeyOwnerId { get; init; }

    /// <summary>Its name in addresses; it never changes.</summary>
    public required string Name { get; init; }
    public required string DisplayName { get; init; }
    public required string PayloadUrl { get; init; }

    /// <summary>One of <see cref="WebhookFormat"/>.</summary>
    public required string Format { get; init; }
    public required bool Active { get; init; }

    /// <summary>Words between spaces, as they are stored.</summary>
    public required string Filters { get; init; }

    /// <inheritdoc cref="Filters"/>
    public required string EventGroups { get; init; }

    /// <summary>Encrypted; null if requests are not signed.</summary>
    public byte[]? Secret { get; init; }
    public required long CreatedMs { get; init; }

    public IReadOnlyList<string> FilterList => Words(Filters);
    public IReadOnlyList<string> GroupList => Words(EventGroups);

    public string SecretPurpose => "webhook-secret " + Id;

    /// <summary>Without any choice it is everything.</summary>
    public bool Wants(string filter) =>
        (Filters.Length == 0 && EventGroups.Length == 0)
        || FilterList.Contains(filter)
        || GroupList.Any(group => WebhookFilter.Groups[group].Contains(filter));

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}

public static class WebhookFormat
{
    public const string Raw = "raw";
    public const string Slack = "slack";
    public const string Teams = "ms_teams";

    public static readonly IReadOnlyList<string> All = [Raw, Slack, Teams];
}

/// <summary>What can be asked for, as published. This server has no deployments, drift runs or policies: their events are accepted and never come.</summary>
public static class WebhookFilter
{
    public const string StackCreated = "stack_created";
    public const string StackDeleted = "stack_deleted";

    public static readonly IReadOnlyDictionary<string, IReadOnlyList<string>> Groups = new Dictionary<string, IReadOnlyList<string>>
    {
        ["stacks"] =
        [
            StackCreated,
            StackDeleted,
            .. from kind in new[] { "update", "preview", "destroy", "refresh", "import" } from end in Ends select $"{kind}_{end}",
        ],
        ["deployments"] =
        [
            "deployment_queued",
            "deployment_started",
            .. from end in Ends select $"deployment_{end}",
            "drift_detected",
            .. from kind in new[] { "drift_detection", "drift_remediation" } from end in Ends select $"{kind}_{end}",
            "deployment_file_ingestion_failed",
        ],
        ["policies"] = ["policy_violation_mandatory", "policy_violation_advisory"],
        ["environments"] =
        [
            "environment_created",
            "environment_deleted",
            "environment_revision_created",
            "environment_revision_retracted",
            .. from kind in new[] { "environment_revision_tag", "environment_tag" }
            from change in new[] { "created", "deleted", "updated" }
            select $"{kind}_{change}",
            "imported_environment_changed",
        ],
        ["change_requests"] =
        [
            .. from change in new[] { "created", "updated", "approved", "unapproved", "closed", "applied", "submitted" }
            select $"change_request_{change}",
        ],
    };

    /// <summary>Those that this server sends.</summary>
    public static IReadOnlyList<string> Sent => Groups["stacks"];

    /// <summary>What happens to an organization and not inside a stack.</summary>
    private static readonly IReadOnlyList<string> OfOrganizations =
    [
        StackCreated,
        StackDeleted,
        "environment_created",
        "environment_deleted",
    ];

    private static IReadOnlyList<string> Ends => ["succeeded", "failed"];

    public static IReadOnlyList<string> For(bool stack) =>
        [.. Groups.Values.SelectMany(filters => filters).Where(filter => !stack || !OfOrganizations.Contains(filter))];

    public static IReadOnlyList<string> GroupsFor(bool stack) => stack ? ["stacks", "deployments", "policies"] : [.. Groups.Keys];
}
