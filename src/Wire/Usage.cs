namespace Wire;

/// <summary>GET /api/orgs/{org}/resources/summary</summary>
public sealed record ResourceCountSummaryResponse(IReadOnlyList<ResourceCountSummary> Summary);

/// <summary>How many resources there were in a stretch of time, in UTC. Which of the parts of its date are there depends on the granularity asked for.</summary>
public sealed record ResourceCountSummary
{
    public required int Year { get; init; }

    /// <summary>From 1.</summary>
    public int? Month { get; init; }

    /// <summary>From 1.</summary>
    public int? Day { get; init; }

    /// <summary>From 0; a week begins on Sunday, week 1 on the year's first.</summary>
    public int? WeekNumber { get; init; }

    /// <summary>0 to 23.</summary>
    public int? Hour { get; init; }

    /// <summary>The average.</summary>
    public required long Resources { get; init; }

    /// <summary>The sum over the hours.</summary>
    public required long ResourceHours { get; init; }
}
