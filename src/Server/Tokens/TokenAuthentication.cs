using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Server.Auth;
using Server.Http;

namespace Server.Tokens;

/// <summary>Reads <c>Authorization: token pul-…</c>, which Pulumi's clients send, and <c>Bearer</c>, which people and scripts try.</summary>
public sealed class TokenAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory log,
    UrlEncoder encoder,
    TokenStore tokens
) : AuthenticationHandler<AuthenticationSchemeOptions>(options, log, encoder)
{
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (
            Request.Headers.Authorization.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries) is not [var word, var value]
            || !IsOurs(word)
        )
        {
            return AuthenticateResult.NoResult();
        }
        return
            Token.LooksLikeOne(value)
            && await tokens.Use(new Secret(value), Context.ClientAddress(), Context.ClientName(), Context.RequestAborted) is { } caller
            ? caller.Authenticated(Context, Access.TokenScheme)
            : AuthenticateResult.Fail("Unknown, deleted or expired token.");
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.StatusCode = StatusCodes.Status401Unauthorized;
        Response.Headers.WWWAuthenticate = "token";
        return Task.CompletedTask;
    }

    private static bool IsOurs(string word) =>
        word.Equals("token", StringComparison.OrdinalIgnoreCase) || word.Equals("Bearer", StringComparison.OrdinalIgnoreCase);
}
