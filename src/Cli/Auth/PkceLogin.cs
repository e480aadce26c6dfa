using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Cli.Api;
using Wire;

namespace Cli.Auth;

/// <summary>
/// Sends the person to the server's page, which sends the browser back to a listener of ours with a code (RFC 8252). The code is of use only with the
/// verifier, which never leaves this process but to the server (RFC 7636).
/// </summary>
internal sealed class PkceLogin(Session session, OAuthServer server)
{
    public async Task<TokenGrant> Run(CancellationToken ct)
    {
        var verifier = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var challenge = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));
        var state = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        using var listener = BrowserLogin.Listen();
        var redirect = $"http://127.0.0.1:{listener.Port}/callback";
        await BrowserLogin.Announce(session, Page(challenge, state, redirect), PairingPhrase.Of(challenge), ct);
        var code = await Code(listener, state, ct);
        try
        {
            return await server.Redeem(code, verifier, redirect, ct);
        }
        catch (ApiException refused)
        {
            throw refused.AsLoginError(server.Console);
        }
    }

    private async Task<string> Code(CallbackListener listener, string state, CancellationToken ct)
    {
        try
        {
            var visit = await listener.Query(visit => IsAnswer(visit, state) ? Next(visit) : null, ct);
            return visit["error"] switch
            {
                "" => visit["code"],
                "access_denied" => throw new UserErrorException("the login was denied in the browser", Exit.Authentication),
                var error => throw new UserErrorException($"the server refused the login: {error}"),
            };
        }
        catch (OperationCanceledException)
        {
            throw new UserErrorException("the login was cancelled before the browser came back", Exit.Cancelled);
        }
    }

    // The issuer, so that another server's code is not sent to this one (RFC 9207).
    private bool IsAnswer(CallbackQuery visit, string state) =>
        visit.Path == "/callback"
        && CallbackListener.Same(visit["state"], state)
        && visit["iss"] == server.Issuer
        && (visit["code"].Length > 0 || visit["error"].Length > 0);

    private string Next(CallbackQuery visit) => server.Console + (visit["error"].Length > 0 ? "/user/settings/devices" : "/welcome/cli");

    private Uri Page(string challenge, string state, string redirect)
    {
        var fields = new (string Name, string Value)[]
        {
            ("response_type", "code"),
            ("client_id", OAuthServer.ClientId),
            ("redirect_uri", redirect),
            ("state", state),
            ("code_challenge", challenge),
            ("code_challenge_method", "S256"),
            ("device_name", OAuthLogin.HostName(session.Machine)),
            ("command", session.CommandPath),
        };
        var query = string.Join('&', fields.Select(f => $"{f.Name}={Uri.EscapeDataString(f.Value)}"));
        return new Uri($"{server.AuthorizationEndpoint}?{query}");
    }
}
