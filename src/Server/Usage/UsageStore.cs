using Server.Data;

namespace Server.Usage;

/// <summary>How many resources there were in an hour.</summary>
/// <param name="Hour">Hours since 1970.</param>
public sealed record HourlyCount(long Hour, long Resources);

/// <summary>Owns <c>resource_counts</c>: how many resources each organization had, hour by hour.</summary>
public sealed class UsageStore(Database database, TimeProvider clock)
{
    private const long HoursKept = 366 * 24;
    private const long MsOfHour = 3_600_000;

    /// <summary>Of the stacks <c>s</c>.</summary>
    private static Sql Now => $"SUM(CASE WHEN s.deleted_ms = 0 AND s.resource_count > 0 THEN s.resource_count ELSE 0 END)";

    public long ThisHour => clock.GetUtcNow().ToUnixTimeMilliseconds() / MsOfHour;

    /// <summary>Writes down what there is now as the count of this hour. Several processes may do so.</summary>
    public Task Record(CancellationToken ct) =>
        database.Write(
            async transaction =>
            {
                await transaction.Execute($"DELETE FROM resource_counts WHERE hour < {ThisHour - HoursKept}");
                return await transaction.Execute(
                    $"""
                    INSERT INTO resource_counts (organization_id, hour, resources)
                    SELECT s.organization_id, {ThisHour}, {Now}
                    FROM stacks s WHERE TRUE GROUP BY s.organization_id
                    ON CONFLICT (organization_id, hour) DO UPDATE SET resources = excluded.resources
                    """
                );
            },
            ct
        );

    /// <summary>
    /// Each hour from <paramref name="fromHour"/> on, or from the first that is known, to this one. An hour in which the service did not run has the
    /// count of the hour before.
    /// </summary>
    public async Task<IReadOnlyList<HourlyCount>> Hours(IReadOnlyList<string> organizationIds, long fromHour, CancellationToken ct)
    {
        var now = ThisHour;
        var known = await database.Query<Recorded>(
            $"""
            SELECT organization_id, hour, resources FROM resource_counts WHERE organization_id IN {organizationIds} AND hour >= {fromHour}
            UNION ALL
            SELECT c.organization_id, c.hour, c.resources FROM resource_counts c
            WHERE c.organization_id IN {organizationIds}
              AND c.hour = (SELECT MAX(b.hour) FROM resource_counts b WHERE b.organization_id = c.organization_id AND b.hour < {fromHour})
            UNION ALL
            SELECT s.organization_id, {now}, CAST({Now} AS BIGINT) FROM stacks s
            WHERE s.organization_id IN {organizationIds} GROUP BY s.organization_id
            """,
            ct
        );
        var sums = new SortedDictionary<long, long>();
        foreach (var counts in known.GroupBy(r => r.OrganizationId))
        {
            AddUp([.. counts], Math.Max(fromHour, counts.Min(c => c.Hour)), now, sums);
        }
        return [.. sums.Select(s => new HourlyCount(s.Key, s.Value))];
    }

    private static void AddUp(List<Recorded> counts, long from, long now, SortedDictionary<long, long> sums)
    {
        var byHour = new Dictionary<long, long>();
        counts.ForEach(c => byHour[c.Hour] = c.Resources); // of this hour, what there is now comes last
        var last = counts.Where(c => c.Hour < from).Select(c => c.Resources).FirstOrDefault();
        for (var hour = from; hour <= now; hour++)
        {
            last = byHour.GetValueOrDefault(hour, last);
            sums[hour] = sums.GetValueOrDefault(hour) + last;
        }
    }

    private sealed record Recorded
    {
        public required string OrganizationId { get; init; }
        public required long Hour { get; init; }
        public required long Resources { get; init; }
    }
}
