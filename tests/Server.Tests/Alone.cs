namespace Server.Tests;

/// <summary>Tests beside which no other runs: they measure, or take hold of what belongs to the whole process.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class Alone;
