namespace Server.Http;

/// <summary>
/// A cookie of this very host. On https its name has the prefix with which browsers take it from this host only, for all of its paths and over https:
/// another host of the domain could otherwise give a browser one of its own, to go with a form or a sign-in of its own.
/// </summary>
public sealed class HostCookie : CookieBuilder
{
    private static readonly HttpContextAccessor Requests = new();
    private readonly string _name;

    public HostCookie(string name)
    {
        _name = name;
        HttpOnly = true;
        IsEssential = true;
        Path = "/";
        SecurePolicy = CookieSecurePolicy.SameAsRequest;
    }

    public override string? Name
    {
        get => Requests.HttpContext is { } http ? NameFor(http, _name) : _name;
        set { }
    }

    public static string NameFor(HttpContext http, string name) => http.Request.IsHttps ? "__Host-" + name : name;

    /// <summary>What browsers ask of a cookie with the prefix, and no script.</summary>
    /// <param name="age">Nothing, to have it deleted.</param>
    /// <param name="sameSite">Lax, where a link or an answer from elsewhere has to bring it along.</param>
    public static CookieOptions Options(HttpContext http, TimeSpan age, SameSiteMode sameSite = SameSiteMode.Lax) =>
        new()
        {
            HttpOnly = true,
            Secure = http.Request.IsHttps,
            SameSite = sameSite,
            Path = "/",
            MaxAge = age,
        };
}
