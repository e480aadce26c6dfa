using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Server.Auth;
using Server.Http;

namespace Server.Console;

/// <summary>
/// Carries a text over the redirect after a form, to be shown exactly once: a sealed cookie that only the session that got it can open, for two
/// minutes, and that is deleted when read. Reloading the page neither shows it again nor repeats the form.
/// </summary>
public sealed class Flash(IDataProtectionProvider protection)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(2);

    public void Put(HttpContext http, string name, string text)
    {
        http.Response.Cookies.Append(Cookie(http, name), Seal(http, name).Protect(text, Lifetime), HostCookie.Options(http, Lifetime));
    }

    public string? Take(HttpContext http, string name)
    {
        if (http.Request.Cookies[Cookie(http, name)] is not { } cookie)
        {
            return null;
        }
        http.Response.Cookies.Delete(Cookie(http, name), HostCookie.Options(http, TimeSpan.Zero));
        try
        {
            return Seal(http, name).Unprotect(cookie);
        }
        catch (CryptographicException) // of another session, too old, or made up
        {
            return null;
        }
    }

    private static string Cookie(HttpContext http, string name) => HostCookie.NameFor(http, "holdfast-" + name);

    private ITimeLimitedDataProtector Seal(HttpContext http, string name) =>
        protection.CreateProtector("flash", name, http.Caller().SessionId ?? "").ToTimeLimitedDataProtector();
}
