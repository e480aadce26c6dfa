namespace Wire;

/// <summary>GET /api/orgs/{org}/auditlogs and …/auditlogs/v2, newest first; without a token there is no more.</summary>
public sealed record ResponseAuditLogs(IReadOnlyList<AuditLogEvent> AuditLogEvents, string? ContinuationToken);

public sealed record AuditLogEvent
{
    /// <summary>Seconds since 1970.</summary>
    public required long Timestamp { get; init; }
    public required string SourceIP { get; init; }
    public required string Event { get; init; }
    public required string Description { get; init; }
    public required Person User { get; init; }
    public string? TokenID { get; init; }
    public string? TokenName { get; init; }
    public bool AuthFailure { get; init; }
}
