namespace Cli.Env;

/// <summary>An environment, fully named.</summary>
/// <param name="Version">A revision's number or tag; null is the latest.</param>
internal sealed record EnvironmentName(string Organization, string Project, string Name, string? Version = null)
{
    public const string DefaultProject = "default";

    /// <summary>As definitions and diagnostics call it.</summary>
    public string ShortName => $"{Project}/{Name}";

    /// <summary>As a list of imports names it.</summary>
    public string Reference => Version is null ? ShortName : $"{ShortName}@{Version}";

    public string Path => $"/api/esc/environments/{Organization}/{Project}/{Name}";

    public override string ToString() => $"{Organization}/{Project}/{Name}";

    /// <summary>The parts of <c>[org/][project/]name[@version]</c>.</summary>
    public static (string[] Parts, string? Version) Split(string text)
    {
        var at = text.IndexOfAny(['@', ':']);
        var parts = (at < 0 ? text : text[..at]).Split('/');
        return parts.Length <= 3 && parts.All(part => part.Length > 0) && (at < 0 || at + 1 < text.Length)
            ? (parts, at < 0 ? null : text[(at + 1)..])
            : throw new UserErrorException(
                $"invalid environment name \"{text}\": use [<org-name>/][<project-name>/]<environment-name>[@<version>]"
            );
    }
}
