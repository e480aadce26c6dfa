namespace Server.Http;

/// <summary>Where to go after signing in. Only a path on this very site: anything else would make us a redirector for phishing.</summary>
public static class LocalPath
{
    public static string Or(string? path, string fallback) =>
        path is ['/', not ('/' or '\\'), ..] or "/" && !path.Any(c => char.IsControl(c) || c == '\\') ? path : fallback;
}
