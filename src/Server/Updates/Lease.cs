using System.Buffers.Text;
using System.Security.Cryptography;
using Server.Auth;

namespace Server.Updates;

/// <summary>
/// The right to write what one update saves: a random token that its client got when the update started. It stays the same when it is renewed, since
/// requests under way still carry the old one.
/// </summary>
public sealed record Lease(Secret Token)
{
    /// <summary>What a client is given at the start, and asks for with each renewal.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    private const int RandomBytes = 24;
    private static readonly int Length = Base64Url.GetEncodedLength(RandomBytes);

    public byte[] Hash { get; } = Token.Hash();

    public static Lease New() => new(new Secret(Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes))));

    public bool IsOf(Update update) => update.LeaseHash is { } hash && CryptographicOperations.FixedTimeEquals(hash, Hash);

    public static bool LooksLikeOne(string value) => value.Length == Length;
}
