using System.Security.Cryptography;
using OtpNet;
using Server.Auth;

namespace Server.Factors;

/// <summary>What opens an account whose authenticator is lost, once: 120 random bits, so that a plain hash is enough to store.</summary>
public static class RecoveryCode
{
    public const int Count = 10;
    private const int Length = 24;

    /// <summary>Those that were made before are good as long as they are not replaced.</summary>
    private const int FormerLength = 16;

    public static string New()
    {
        var text = Base32Encoding.ToString(RandomNumberGenerator.GetBytes(15)).TrimEnd('=').ToLowerInvariant();
        return string.Join('-', text.Chunk(4).Select(part => new string(part)));
    }

    /// <returns>Null if the text cannot be one. Spaces, hyphens and capitals do not matter.</returns>
    public static byte[]? Hash(string text)
    {
        var plain = string.Concat(text.Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant();
        return plain.Length is Length or FormerLength ? new Secret(plain).Hash() : null;
    }
}
