using System.Buffers.Text;
using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Wire;

namespace Server.Agents;

/// <summary>
/// A sum that costs who asks for an account about a second. Nothing of it is kept: it carries its time, sealed by us; that it is used once is the store's
/// business.
/// </summary>
public sealed class AgentChallenge(IDataProtectionProvider protection, TimeProvider clock)
{
    public const int Bits = 20;

    private static readonly TimeSpan GoodFor = TimeSpan.FromMinutes(10);

    private readonly IDataProtector _seal = protection.CreateProtector("agent-challenge");

    public AgentSignupChallenge New()
    {
        var text = new byte[24];
        BitConverter.TryWriteBytes(text, clock.GetUtcNow().ToUnixTimeMilliseconds());
        RandomNumberGenerator.Fill(text.AsSpan(8));
        var id = Base64Url.EncodeToString(_seal.Protect(text));
        return new(id, Data(id));
    }

    /// <summary>Is it one of ours, still good, and solved?</summary>
    public bool Accepts(string id, string result) =>
        id.Length < 1000
        && result.Length is > 0 and < 20
        && result.All(char.IsAsciiDigit)
        && IsFresh(id)
        && Zeros($"{Data(id)}:{result}") >= Bits;

    /// <summary>How many bits of the hash of a text are zero before the first that is not.</summary>
    public static int Zeros(string text)
    {
        var zeros = 0;
        foreach (var part in SHA256.HashData(Encoding.UTF8.GetBytes(text)))
        {
            if (part != 0)
            {
                return zeros + BitOperations.LeadingZeroCount(part) - 24;
            }
            zeros += 8;
        }
        return zeros;
    }

    private static string Data(string id) => string.Create(CultureInfo.InvariantCulture, $"v1:{id}:{Bits}");

    private bool IsFresh(string id)
    {
        try
        {
            var made = DateTimeOffset.FromUnixTimeMilliseconds(BitConverter.ToInt64(_seal.Unprotect(Base64Url.DecodeFromChars(id))));
            return clock.GetUtcNow() - made < GoodFor;
        }
        catch (Exception problem) when (problem is CryptographicException or FormatException)
        {
            return false;
        }
    }
}
