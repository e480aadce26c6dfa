using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace Server.Oidc;

/// <summary>Sets of public keys (RFC 7517). Only keys that two parties do not share are taken: RSA and elliptic curves.</summary>
public static class Jwks
{
    public const int Largest = 64 * 1024;

    private const int ShortestRsa = 2048;

    /// <exception cref="DiscoveryException">It is no set of keys.</exception>
    public static IReadOnlyList<SecurityKey> Keys(string json)
    {
        try
        {
            return [.. new JsonWebKeySet(json) { SkipUnresolvedJsonWebKeys = true }.Keys.Where(IsGood)];
        }
        catch (Exception problem) when (problem is ArgumentException or JsonException)
        {
            throw new DiscoveryException("its keys are no JSON Web Key Set: " + problem.Message);
        }
    }

    /// <returns>What is wrong with keys that somebody gives by hand, as a sentence; null if nothing is.</returns>
    public static string? Problem(string json)
    {
        try
        {
            return json.Length > Largest ? "The keys are larger than any set of keys."
                : Keys(json).Count == 0
                    ? "There is no usable key in jwks: it takes RSA keys of 2048 bits and more, and P-256, P-384 and P-521."
                : json.Contains("\"d\"", StringComparison.Ordinal)
                    ? "jwks holds a private key. Give the public ones only, and replace that one."
                : null;
        }
        catch (DiscoveryException problem)
        {
            return "jwks: " + problem.Message;
        }
    }

    private static bool IsGood(JsonWebKey key) =>
        key.Use is null or "" or "sig"
        && key.Kty switch
        {
            "RSA" => key.KeySize >= ShortestRsa,
            "EC" => key.Crv is "P-256" or "P-384" or "P-521",
            _ => false,
        };
}
