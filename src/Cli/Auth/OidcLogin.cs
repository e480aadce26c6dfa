using Cli.Api;
using Cli.Storage;

namespace Cli.Auth;

/// <summary>Logging in with another identity provider's token, which the server exchanges for one of its own.</summary>
internal static class OidcLogin
{
    private static readonly TimeSpan DefaultLifetime = TimeSpan.FromHours(2);

    public static async Task<Identity> LogIn(Session session, LoginRequest request, ConfiguredBackend backend, CancellationToken ct)
    {
        var (jwt, subject, lifetime) = Prepare(session, request);
        try
        {
            var account = await Exchange(session, backend.Url, request.Insecure, jwt, subject, lifetime, ct);
            return Identity.OfCloud(session.Machine, backend.Url, account);
        }
        catch (UserErrorException error)
        {
            throw backend.Wrap(new UserErrorException($"OIDC token exchange failed: {error.Message}", error.Exit));
        }
    }

    private static (string Jwt, TokenSubject Subject, TimeSpan Lifetime) Prepare(Session session, LoginRequest request)
    {
        try
        {
            if (session.Machine.Variable("PULUMI_ACCESS_TOKEN") is not null)
            {
                throw new UserErrorException("cannot perform token exchange when an access token is set as environment variable");
            }
            if (request.TokenFromInput)
            {
                throw new UserErrorException("only one of --oidc-token or --token-stdin may be specified, not both");
            }
            var jwt = OidcToken.Read(request.Oidc.Token, session.Machine.WorkingDirectory);
            return (jwt, TokenSubject.Of(request.Oidc, JwtClaims.Of(jwt)), Lifetime(request.Oidc.Expiration));
        }
        catch (UserErrorException error)
        {
            throw new UserErrorException($"problem logging in: {error.Message}");
        }
    }

    private static TimeSpan Lifetime(string text) =>
        text.Length == 0
            ? DefaultLifetime
            : GoDuration.Parse(text)
                ?? throw new UserErrorException($"could not parse expiration duration: time: invalid duration \"{text}\"");

    private static async Task<Account> Exchange(
        Session session,
        string url,
        bool insecure,
        string jwt,
        TokenSubject subject,
        TimeSpan lifetime,
        CancellationToken ct
    )
    {
        using var client = new CloudClient(session, url, insecure);
        var grant = await TokenGrants.Exchange(client, subject, jwt, lifetime, ct);
        var now = session.Machine.Clock.GetUtcNow();
        var expiry = grant.ExpiresIn > 0 ? now.AddSeconds(grant.ExpiresIn) : (DateTimeOffset?)null;
        var user =
            await client.FindUser(grant.AccessToken, ct)
            ?? throw new UserErrorException("Unauthorized: No credentials provided or are invalid.");
        var account = Accounts.Of(
            new Account(grant.AccessToken)
            {
                RefreshToken = grant.RefreshToken ?? "",
                Insecure = insecure,
                Token = new TokenInformation("", "", "", expiry),
            },
            user,
            now
        );
        new CredentialStore(session).Change(credentials => credentials.Store(url, account, makeCurrent: true));
        return account;
    }
}
