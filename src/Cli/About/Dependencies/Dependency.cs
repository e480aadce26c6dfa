namespace Cli.About.Dependencies;

/// <param name="Plugin">The resource plugin that the package comes with; null where it comes with none.</param>
internal sealed record Dependency(string Name, string Version, Plugin? Plugin = null);

/// <param name="Kind"><c>resource</c>, <c>language</c> or <c>analyzer</c>.</param>
/// <param name="Version">Empty where it is not known.</param>
internal sealed record Plugin(string Kind, string Name, string Version);
