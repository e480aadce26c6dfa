namespace Server.Audit;

/// <summary>One event as it is stored.</summary>
public sealed record AuditRow
{
    public required string Id { get; init; }
    public required string OrganizationId { get; init; }

    /// <summary>Its place in the chain of its organization, from 1; 0 is not chained yet.</summary>
    public long Ordinal { get; init; }

    /// <summary>One of <see cref="AuditEvent"/>.</summary>
    public required string Event { get; init; }
    public required string Description { get; init; }
    public required string AccountId { get; init; }

    /// <summary>What the account was called at the time.</summary>
    public string Login { get; init; } = "";
    public string? TokenId { get; init; }

    /// <summary>What the token was called at the time.</summary>
    public string? TokenName { get; init; }
    public string? StackId { get; init; }
    public required string Address { get; init; }
    public required long CreatedMs { get; init; }
    public byte[]? Hash { get; init; }
}
