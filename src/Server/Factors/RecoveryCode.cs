using System.Security.Cryptography;
using OtpNet;
using Server.Auth;

namespace Server.Factors;

/// <summary>What opens an account whose authenticator is lost, once: 80 random bits, so that a plain hash is enough to store.</summary>
public static class RecoveryCode
{
    public const int Count = 10;
    private const int Length = 16;

    public static string New()
    {
        var text = Base32Encoding.ToString(RandomNumberGenerator.GetBytes(10)).TrimEnd('=').ToLowerInvariant();
        return string.Join('-', text.Chunk(4).Select(part => new string(part)));
    }

    /// <returns>Null if the text cannot be one. Spaces, hyphens and capitals do not matter.</returns>
    public static byte[]? Hash(string text)
    {
        var plain = string.Concat(text.Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant();
        return plain.Length == Length ? new Secret(plain).Hash() : null;
    }
}
