using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Server.Http;
using Server.Settings;
using Secret = Server.Auth.Secret;

namespace Server.Saml;

/// <summary>What ties a sign-in to one browser, and what that browser is told when it fails.</summary>
public sealed class SamlBrowser(IDataProtectionProvider protection, ServerSettings settings)
{
    private const int SecretLength = 64;
    private const int LongestReason = 400;
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(30);

    public static Secret? Cookie(HttpContext http) =>
        http.Request.Cookies[Name(http)] is { Length: SecretLength } value ? new Secret(value) : null;

    /// <summary>One for all tabs: a second sign-in must not end the first.</summary>
    public static Secret Mark(HttpContext http)
    {
        var secret = Cookie(http) ?? SamlSignIn.NewSecret();
        http.Response.Cookies.Append(Name(http), secret.Reveal(), HostCookie.Options(http, Lifetime));
        return secret;
    }

    /// <summary>An address of the console, which may have another host than the one that identity providers send to.</summary>
    public string At(SamlSetup setup, string step, string query) =>
        $"{ServerSettings.Address(settings.ConsoleUrl)}/login/{setup.Login}/sso/saml/{step}?{query}";

    /// <summary>Sealed, so that nobody can have this site say what he likes.</summary>
    /// <param name="way"><c>saml</c> or <c>oidc</c>: where one tries again.</param>
    public string Refused(SamlSetup setup, string reason, string way = "saml") =>
        At(
            setup,
            "refused",
            "why="
                + Uri.EscapeDataString(Seal.Protect(reason.Length > LongestReason ? reason[..LongestReason] : reason, Lifetime))
                + (way == "saml" ? "" : "&way=" + way)
        );

    /// <returns>Null if it is none of ours, or old.</returns>
    public string? Reason(string? why)
    {
        try
        {
            return why is null ? null : Seal.Unprotect(why);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static string Name(HttpContext http) => HostCookie.NameFor(http, "holdfast-saml");

    private ITimeLimitedDataProtector Seal => protection.CreateProtector("saml-reason").ToTimeLimitedDataProtector();
}
