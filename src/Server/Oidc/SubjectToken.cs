using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Server.Oidc;

/// <summary>What a token of an issuer says, once it is known to be true.</summary>
/// <param name="Id">Its <c>jti</c>; null where it has none.</param>
public sealed record SubjectToken(JsonElement Claims, string Subject, string? Id, long ExpiresMs, IReadOnlyList<string> Audiences);

/// <summary>A token that is not taken, and why, for whoever sent it.</summary>
public sealed class RefusedTokenException(string message) : Exception(message);

/// <summary>Checks tokens of issuers: signature, issuer, times. Audience and claims are the policy's.</summary>
public sealed class TokenCheck(IssuerKeys keys, TimeProvider clock)
{
    public const int Largest = 16 * 1024;

    /// <summary>Signatures only, and none that could be made with a public key as the secret (RFC 8725, 3.1).</summary>
    private static readonly string[] Algorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"];

    /// <summary>Headers by which a token would bring its own key, or say where to fetch it.</summary>
    private static readonly string[] KeyHeaders = ["jwk", "jku", "x5u", "crit"];

    /// <summary>Types of tokens that are meant for others (RFC 8725, 3.11).</summary>
    private static readonly string[] AccessTokens = ["at+jwt", "application/at+jwt"];

    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestAge = TimeSpan.FromDays(1);
    private static readonly JsonWebTokenHandler Handler = new() { MaximumTokenSizeInBytes = Largest };

    /// <returns>What the token says, believed or not: to find out whose keys to ask. Null if it is no token.</returns>
    public static JsonWebToken? Read(string text)
    {
        try
        {
            return text.Length <= Largest && text.Count('.') == 2 ? new JsonWebToken(text) : null;
        }
        catch (Exception problem) when (problem is ArgumentException or SecurityTokenException or JsonException)
        {
            return null;
        }
    }

    /// <exception cref="RefusedTokenException">It is not what it says.</exception>
    /// <exception cref="DiscoveryException">The issuer's keys are not to be had.</exception>
    public async Task<SubjectToken> Check(JsonWebToken token, Issuer issuer, CancellationToken ct)
    {
        if (!Algorithms.Contains(token.Alg))
        {
            throw new RefusedTokenException($"its algorithm is '{token.Alg}'; taken are {string.Join(", ", Algorithms)}");
        }
        if (KeyHeaders.FirstOrDefault(h => token.TryGetHeaderValue<object>(h, out _)) is { } header)
        {
            throw new RefusedTokenException($"its header has '{header}'; keys come from the issuer, never from a token");
        }
        if (AccessTokens.Contains(token.Typ, StringComparer.OrdinalIgnoreCase))
        {
            throw new RefusedTokenException("it is an access token (RFC 9068), which says who may call an API, not who somebody is");
        }
        var found = await keys.Of(issuer, token.Kid is { Length: > 0 } id ? id : null, ct);
        var result = await Handler.ValidateTokenAsync(token.EncodedToken, Rules(issuer, found));
        if (!result.IsValid)
        {
            throw new RefusedTokenException(Reason(result.Exception));
        }
        return Said(token);
    }

    private TokenValidationParameters Rules(Issuer issuer, IReadOnlyList<SecurityKey> found) =>
        new()
        {
            ValidAlgorithms = Algorithms,
            ValidIssuer = issuer.IssuerName,
            IssuerSigningKeys = found,
            TryAllIssuerSigningKeys = false,
            RequireSignedTokens = true,
            RequireExpirationTime = true,
            ValidateAudience = false, // by the policy, which may name another
            ClockSkew = Skew,
            LifetimeValidator = (from, until, _, _) => IsNow(from, until),
        };

    private bool IsNow(DateTime? from, DateTime? until)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        return until is { } end && end > now - Skew && (from is null || from < now + Skew);
    }

    private SubjectToken Said(JsonWebToken token)
    {
        using var payload = JsonDocument.Parse(Base64UrlEncoder.DecodeBytes(token.EncodedPayload));
        var claims = payload.RootElement.Clone();
        var now = clock.GetUtcNow().UtcDateTime;
        if (token.IssuedAt != DateTime.MinValue && (token.IssuedAt > now + Skew || token.IssuedAt < now - LongestAge))
        {
            throw new RefusedTokenException("it was issued in the future, or more than a day ago");
        }
        return new(
            claims,
            token.Subject ?? "",
            token.Id is { Length: > 0 } id ? id : null,
            new DateTimeOffset(token.ValidTo, TimeSpan.Zero).ToUnixTimeMilliseconds(),
            [.. token.Audiences]
        );
    }

    private static string Reason(Exception? problem) =>
        problem switch
        {
            SecurityTokenInvalidLifetimeException or SecurityTokenExpiredException or SecurityTokenNotYetValidException =>
                "it has expired, or is not valid yet. Get a new one, and see that both clocks are right",
            SecurityTokenSignatureKeyNotFoundException => "the issuer has no such key",
            SecurityTokenNoExpirationException => "it never expires",
            _ => "its signature or issuer is not right",
        };
}
