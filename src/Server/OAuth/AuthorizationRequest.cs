using Microsoft.AspNetCore.WebUtilities;
using Wire;

namespace Server.OAuth;

/// <summary>What a command asks for through the browser (RFC 6749, 4.1.1, and RFC 7636).</summary>
/// <param name="Problem">An error to send back to the command; null if the request is good.</param>
public sealed record AuthorizationRequest(string RedirectUri, string State, string Challenge, Asker Asker, string? Problem)
{
    private const int LongestState = 512;

    /// <returns>Null where nothing may be sent anywhere: the client or its address is not one we know.</returns>
    public static AuthorizationRequest? From(HttpContext http)
    {
        var query = http.Request.Query;
        var (redirect, state, challenge) = (One("redirect_uri"), One("state"), One("code_challenge"));
        if (One("client_id") != NativeClient.Id || !NativeClient.MayReturnTo(redirect) || state.Length > LongestState)
        {
            return null;
        }
        var problem =
            One("response_type") != "code" ? "unsupported_response_type"
            : One("code_challenge_method") != "S256" || !NativeClient.IsChallenge(challenge) ? "invalid_request"
            : null;
        return new(redirect, state, challenge, Asker.From(http, One), problem);

        string One(string name) => query[name] is [var only] ? only ?? "" : "";
    }

    /// <summary>The command can compute it, too.</summary>
    public string Phrase => PairingPhrase.Of(Challenge);

    public string Listener => RedirectUri[..^"/callback".Length];

    /// <param name="issuer">Tells the command which server answers (RFC 9207).</param>
    public string Answer(string name, string value, string issuer) =>
        QueryHelpers.AddQueryString(
            RedirectUri,
            new Dictionary<string, string?>
            {
                [name] = value,
                ["state"] = State,
                ["iss"] = issuer,
            }
        );
}
