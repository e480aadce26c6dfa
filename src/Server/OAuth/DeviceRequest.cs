using System.Security.Cryptography;
using Server.Auth;

namespace Server.OAuth;

/// <summary>A command that waits for somebody to type its code on the device page (RFC 8628).</summary>
public sealed record DeviceRequest : Asker
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>No vowels: no words. 20^8 is 34 bits, which the throttle and ten minutes make enough.</summary>
    private const string Letters = "BCDFGHJKLMNPQRSTVWXZ";

    private const int Length = 8;

    public required long CreatedMs { get; init; }
    public required long ExpiresMs { get; init; }

    public static string NewUserCode() => Show(RandomNumberGenerator.GetString(Letters, Length));

    /// <returns>As it is shown, however it was typed; null if it cannot be one.</returns>
    public static string? Normalize(string? typed)
    {
        var letters = new string([.. (typed ?? "").ToUpperInvariant().Where(c => !char.IsWhiteSpace(c) && c != '-')]);
        return letters.Length == Length && letters.All(c => Letters.Contains(c, StringComparison.Ordinal)) ? Show(letters) : null;
    }

    public static byte[] Hash(string userCode) => new Secret("user code:" + userCode).Hash();

    private static string Show(string letters) => $"{letters[..4]}-{letters[4..]}";
}

/// <summary>The answers to a poll (RFC 8628, 3.5); their names are those on the wire.</summary>
public static class DeviceAnswer
{
    public const string Pending = "authorization_pending";
    public const string SlowDown = "slow_down";
    public const string Denied = "access_denied";
    public const string Expired = "expired_token";
    public const string Invalid = "invalid_grant";
}
