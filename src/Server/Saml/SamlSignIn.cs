using System.Security.Cryptography;
using System.Text.Json;
using Server.Auth;

namespace Server.Saml;

/// <summary>A sign-in under way, from the request to the session.</summary>
public sealed record SamlSignIn
{
    /// <summary>The ID of our request.</summary>
    public required string Id { get; init; }
    public required string OrganizationId { get; init; }

    /// <summary>Of the cookie of the browser that asked; null if none did.</summary>
    public byte[]? BrowserHash { get; init; }
    public required string RelayState { get; init; }
    public required string ReturnPath { get; init; }

    /// <summary>The account that only tries the identity provider, and stays signed in as it is.</summary>
    public string? TestOf { get; init; }
    public byte[]? CodeHash { get; init; }

    /// <summary>JSON of a <see cref="SamlIdentity"/>, once it was answered.</summary>
    public string? Identity { get; init; }
    public required long ExpiresMs { get; init; }

    public SamlIdentity Vouched() => JsonSerializer.Deserialize<SamlIdentity>(Identity!)!;

    public bool IsOf(Secret? browser) =>
        BrowserHash is { } hash && browser is { } secret && CryptographicOperations.FixedTimeEquals(hash, secret.Hash());

    public static Secret NewSecret() => new(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)));
}
