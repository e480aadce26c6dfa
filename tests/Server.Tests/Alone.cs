namespace Server.Tests;

/// <summary>Tests beside which no other runs, since they measure the whole process.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class Alone;
