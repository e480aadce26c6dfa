namespace Wire;

/// <summary>POST and PATCH …/hooks. In a change, what is absent stays; an empty secret keeps the old one, and <c>__remove-secret</c> removes it.</summary>
public sealed record WebhookRequest
{
    public string? OrganizationName { get; init; }
    public string? ProjectName { get; init; }
    public string? StackName { get; init; }
    public string? Name { get; init; }
    public string? DisplayName { get; init; }
    public string? PayloadUrl { get; init; }
    public string? Secret { get; init; }
    public bool? Active { get; init; }
    public string? Format { get; init; }
    public IReadOnlyList<string>? Filters { get; init; }
    public IReadOnlyList<string>? Groups { get; init; }
}

public sealed record WebhookResponse
{
    public required string OrganizationName { get; init; }
    public string? ProjectName { get; init; }
    public string? StackName { get; init; }
    public required string Name { get; init; }
    public required string DisplayName { get; init; }
    public required string PayloadUrl { get; init; }
    public required bool Active { get; init; }
    public required string Format { get; init; }
    public required IReadOnlyList<string> Filters { get; init; }
    public required IReadOnlyList<string> Groups { get; init; }
    public required bool HasSecret { get; init; }

    /// <summary>Tells whether the secret is another one than before, and nothing else.</summary>
    public required string SecretCiphertext { get; init; }
}

/// <summary>…/hooks/{name}/deliveries</summary>
/// <param name="Payload">The body that was sent.</param>
/// <param name="Timestamp">Seconds since 1970.</param>
/// <param name="Duration">Milliseconds.</param>
/// <param name="RequestHeaders">Lines that end in CR LF.</param>
/// <param name="ResponseCode">0 if there was no answer; then the body says why.</param>
public sealed record WebhookDelivery(
    string Id,
    string Kind,
    string Payload,
    long Timestamp,
    long Duration,
    string RequestUrl,
    string RequestHeaders,
    long ResponseCode,
    string ResponseHeaders,
    string ResponseBody
);
