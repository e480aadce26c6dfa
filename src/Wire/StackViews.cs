namespace Wire;

/// <summary>GET /api/stacks/{org}/{project}/{stack}/resources/count</summary>
/// <param name="Version">The update that left them.</param>
public sealed record StackResourceCount(long ResourceCount, long Version);

/// <summary>GET …/upstreamreferences and …/downstreamreferences</summary>
public sealed record StackReferences(IReadOnlyList<ReferencedStack> ReferencedStacks);

/// <param name="RoutingProject">The project's name.</param>
/// <param name="Version">Of its last update.</param>
public sealed record ReferencedStack(string Name, string Organization, string RoutingProject, long Version);

/// <summary>GET …/activity?page=&amp;pageSize=, newest first.</summary>
public sealed record StackActivity(IReadOnlyList<ActivityEntry> Activity, int ItemsPerPage, long Total);

public sealed record ActivityEntry(UpdateInfo Update);
