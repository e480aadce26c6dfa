using Server.Auth;
using Server.Settings;

namespace Server.Federation;

/// <summary>Where people may sign in instead: an OpenID Connect provider, or GitHub, which has a way of its own.</summary>
/// <param name="Name">As addresses have it: letters, digits and hyphens.</param>
/// <param name="Address">The issuer; for GitHub the site.</param>
public sealed record IdentityProvider(string Name, string Label, bool GitHub, Uri Address, string ClientId, Secret ClientSecret)
{
    private static readonly string[] Members = ["name", "label", "issuer", "url", "client-id", "client-secret-file"];

    public string Scheme => "with-" + Name;
    public string CallbackPath => $"/signin/with/{Name}/callback";
    public string Issuer => Address.AbsoluteUri.TrimEnd('/');

    /// <summary>GitHub's API stands beside the site, an own GitHub server's below it.</summary>
    public string Api => Address.Host == "github.com" ? "https://api.github.com" : Issuer + "/api/v3";

    /// <param name="text"><c>name=…;issuer=…;client-id=…;client-secret-file=…</c></param>
    public static IdentityProvider Parse(SettingValues values, string text)
    {
        var parts = text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(p => p.Split('=', 2))
            .ToList();
        if (parts.Find(p => p.Length != 2 || !Members.Contains(p[0])) is { } odd)
        {
            throw Wrong(values, $"'{odd[0]}' is not a part; the parts are: {string.Join(", ", Members)}.");
        }
        var given = parts.ToDictionary(p => p[0], p => p[1]);
        if (!given.TryGetValue("name", out var name) || name.Length == 0 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))
        {
            throw Wrong(values, "a provider needs a name of letters, digits and hyphens: name=keycloak.");
        }
        var gitHub = !given.ContainsKey("issuer") && name == "github";
        var address = gitHub ? given.GetValueOrDefault("url", "https://github.com") : given.GetValueOrDefault("issuer", "");
        if (!Uri.TryCreate(address, UriKind.Absolute, out var url) || !(url.Scheme == "https" || (url.Scheme == "http" && url.IsLoopback)))
        {
            throw Wrong(values, $"{name} needs issuer=https://…, the address below which /.well-known/openid-configuration lies.");
        }
        if (!given.TryGetValue("client-id", out var client) || !given.TryGetValue("client-secret-file", out var file))
        {
            throw Wrong(values, $"{name} needs client-id and client-secret-file.");
        }
        var label = given.GetValueOrDefault("label", gitHub ? "GitHub" : name);
        return new(name, label, gitHub, url, client, new(ReadSecret(values, file)));
    }

    private static string ReadSecret(SettingValues values, string file)
    {
        try
        {
            return File.ReadAllText(file).Trim();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw Wrong(values, $"the client secret cannot be read: {problem.Message}");
        }
    }

    private static SettingsException Wrong(SettingValues values, string problem) => values.Wrong(Setting.SignInWith, problem);
}
