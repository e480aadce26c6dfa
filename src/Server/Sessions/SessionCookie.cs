using Server.Audit;
using Server.Auth;
using Server.Http;

namespace Server.Sessions;

/// <summary>Signs a browser in and out.</summary>
public static class SessionCookie
{
    /// <summary>The prefix makes browsers insist on https and on this very host.</summary>
    public static string Name(HttpContext http) => HostCookie.NameFor(http, "holdfast");

    /// <summary>The cookie is lax and not strict: a link from a terminal or a mail must arrive signed in.</summary>
    /// <param name="until">When the session ends, if something else says so.</param>
    public static async Task SignIn(
        this SessionStore sessions,
        HttpContext http,
        string accountId,
        bool factor = false,
        DateTimeOffset? until = null
    )
    {
        var address = http.ClientAddress();
        var agent = http.Request.Headers.UserAgent.ToString();
        var secret = await sessions.Start(accountId, address, agent, factor, until, http.RequestAborted);
        http.Response.Cookies.Append(Name(http), secret.Reveal(), HostCookie.Options(http, Session.Lifetime));
    }

    public static async Task SignOut(this SessionStore sessions, HttpContext http)
    {
        if (http.CallerOrNull() is { SessionId: { } id } caller)
        {
            await sessions.Revoke(caller.AccountId, id, http.RequestAborted);
            var audit = http.RequestServices.GetRequiredService<AuditStore>();
            await audit.AddOfAccount(
                http.Actor(),
                caller.AccountId,
                AuditEvent.UserLogout,
                "Signed out of the console",
                http.RequestAborted
            );
        }
        http.Response.Cookies.Delete(Name(http), HostCookie.Options(http, TimeSpan.Zero));
    }
}
