using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.Extensions.Options;
using Server.Auth;
using Server.Http;

namespace Server.Sessions;

/// <summary>Reads the console's cookie. It holds a random secret and nothing else, so that any replica can serve it and a revoked session is over at once.</summary>
public sealed class SessionAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory log,
    UrlEncoder encoder,
    SessionStore sessions
) : AuthenticationHandler<AuthenticationSchemeOptions>(options, log, encoder)
{
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Context.Features.Get<IExceptionHandlerFeature>() is not null)
        {
            return AuthenticateResult.NoResult(); // the page about a fault must not need what may be at fault, the database
        }
        if (Request.Cookies[SessionCookie.Name(Context)] is not { Length: > 0 } value || Context.IsApi())
        {
            return AuthenticateResult.NoResult();
        }
        return await sessions.Use(new Secret(value), Context.RequestAborted) is { } caller
            ? caller.Authenticated(Context, Access.SessionScheme)
            : AuthenticateResult.Fail("Unknown, revoked or expired session.");
    }

    /// <summary>Signs in first, then comes back.</summary>
    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var back = HttpMethods.IsGet(Request.Method) ? Request.Path + Request.QueryString.ToString() : Request.Path.ToString();
        Response.Redirect(back == "/" ? "/signin" : "/signin?returnUrl=" + Uri.EscapeDataString(back));
        return Task.CompletedTask;
    }
}
