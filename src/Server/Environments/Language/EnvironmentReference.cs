namespace Server.Environments.Language;

/// <summary>How one environment names another: <c>project/name@version</c>; one without a project is of the project <c>default</c>.</summary>
/// <param name="Version">A number or a tag; null is the latest.</param>
public sealed record EnvironmentReference(string Project, string Name, string? Version)
{
    public const string DefaultProject = "default";

    public string FullName => $"{Project}/{Name}";

    public override string ToString() => Version is null ? FullName : $"{FullName}@{Version}";

    /// <returns>Null if it is none.</returns>
    public static EnvironmentReference? Parse(string text)
    {
        var at = text.IndexOf('@', StringComparison.Ordinal);
        var version = at < 0 ? null : text[(at + 1)..];
        return (at < 0 ? text : text[..at]).Split('/') switch
        {
            _ when version?.Length == 0 => null,
            [{ Length: > 0 } name] => new(DefaultProject, name, version),
            [{ Length: > 0 } project, { Length: > 0 } name] => new(project, name, version),
            _ => null,
        };
    }
}
