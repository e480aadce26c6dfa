using Server.Data;

namespace Server.Audit;

/// <summary>The end of a chain at some time. Kept outside the database, it shows later whether anything up to it has been changed or cut off.</summary>
public sealed record AuditAnchor
{
    public required string OrganizationId { get; init; }
    public required long Ordinal { get; init; }
    public required byte[] Hash { get; init; }
}

/// <param name="Organization">The name, or the id of one that is gone.</param>
/// <param name="Problem">A sentence; null if the chain is whole.</param>
/// <param name="End">What to keep as an anchor; null where the chain is broken.</param>
public sealed record AuditFinding(string Organization, long Events, string? Problem, AuditAnchor? End);

/// <summary>Proves that no event was changed, put elsewhere, added or taken away since it was written.</summary>
public sealed class AuditVerification(Database database)
{
    private const int Page = 1000;

    /// <summary>The ids of all that have events, or had.</summary>
    public Task<List<string>> Organizations(CancellationToken ct) =>
        database.Query<string>(
            $"SELECT organization_id FROM audit_heads UNION SELECT DISTINCT organization_id FROM audit_events ORDER BY organization_id",
            ct
        );

    /// <param name="anchor">What the end of the chain was before, if that is known.</param>
    public async Task<AuditFinding> Verify(string organizationId, AuditAnchor? anchor, CancellationToken ct)
    {
        var (name, head, last) = await Ends(organizationId, ct);
        AuditFinding Broken(long events, string problem) => new(name, events, problem, null);
        if (head is null)
        {
            return Broken(0, "It has events, but the record of its last one is gone.");
        }
        if (last > head.Ordinal)
        {
            return Broken(head.Ordinal, $"Events after number {head.Ordinal} were added by hand.");
        }
        if (await Unchained(organizationId, ct) is var loose and > 0)
        {
            return Broken(head.Ordinal, $"{loose} events are outside the chain. Restart the server if it was just brought up to date.");
        }
        var (hash, at) = (AuditChain.Beginning, 0L);
        while (at < head.Ordinal)
        {
            var rows = await Rows(organizationId, at, head.Ordinal, ct);
            foreach (var row in rows)
            {
                if (row.Ordinal != at + 1)
                {
                    return Broken(at, $"Event number {at + 1} is missing.");
                }
                hash = AuditChain.Hash(hash, row);
                if (!hash.AsSpan().SequenceEqual(row.Hash))
                {
                    return Broken(at, $"Event number {row.Ordinal} ({row.Id}) is not what was written.");
                }
                at = row.Ordinal;
                if (at == anchor?.Ordinal && !hash.AsSpan().SequenceEqual(anchor.Hash))
                {
                    return Broken(at, $"Events up to number {at} were written anew: the anchor has another hash.");
                }
            }
            if (rows.Count == 0)
            {
                return Broken(at, $"Events after number {at} were deleted; there were {head.Ordinal}.");
            }
        }
        return anchor?.Ordinal > at ? Broken(at, $"Events after number {at} were deleted; the anchor knows {anchor.Ordinal}.")
            : hash.AsSpan().SequenceEqual(head.Hash) ? new(name, at, null, head)
            : Broken(at, $"The record of the last event does not fit event number {at}.");
    }

    private Task<(string Name, AuditAnchor? Head, long Last)> Ends(string organizationId, CancellationToken ct) =>
        database.Read(
            async transaction =>
            {
                var name = await transaction.QueryOne<string>($"SELECT login FROM organizations WHERE id = {organizationId}");
                var head = await transaction.QueryOne<AuditAnchor>($"SELECT * FROM audit_heads WHERE organization_id = {organizationId}");
                var last = await transaction.QueryOne<long>(
                    $"SELECT COALESCE(MAX(ordinal), 0) FROM audit_events WHERE organization_id = {organizationId}"
                );
                return (name ?? organizationId, head, last);
            },
            ct
        );

    private Task<long> Unchained(string organizationId, CancellationToken ct) =>
        database.QueryOne<long>(
            $"SELECT COUNT(*) FROM audit_events WHERE organization_id = {organizationId} AND (ordinal <= 0 OR hash IS NULL)",
            ct
        );

    private Task<List<AuditRow>> Rows(string organizationId, long after, long last, CancellationToken ct) =>
        database.Query<AuditRow>(
            $"""
            SELECT * FROM audit_events WHERE organization_id = {organizationId} AND ordinal > {after} AND ordinal <= {last}
            ORDER BY ordinal LIMIT {Page}
            """,
            ct
        );
}
