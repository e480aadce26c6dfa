namespace Cli.Config.Yaml;

/// <summary>How new text is to look.</summary>
/// <param name="Step">Spaces per level.</param>
/// <param name="BlockScalars">Whether text of several lines may be written as such.</param>
internal sealed record YamlStyle(int Step, string LineBreak, bool Json, bool BlockScalars);
