using System.Security.Cryptography;

namespace Server.Secrets;

/// <summary>A key that only wraps other keys. It lives outside the database, which alone tells nobody a secret.</summary>
public sealed class MasterKey(string id, byte[] key)
{
    /// <summary>What the database holds of each master key, sealed with it: whoever opens it has the right one.</summary>
    private static readonly byte[] CanaryText = "holdfast"u8.ToArray();

    public string Id => id;

    public static MasterKey New() =>
        new(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4)), RandomNumberGenerator.GetBytes(Cipher.KeyLength));

    public byte[] Canary()
    {
        using var cipher = new Cipher(key, "canary " + id);
        return cipher.Seal(CanaryText);
    }

    public bool Opens(byte[] canary)
    {
        using var cipher = new Cipher(key, "canary " + id);
        return cipher.Open(canary) is not null;
    }

    public byte[] Wrap(string ownerId, byte[] dataKey)
    {
        using var cipher = new Cipher(key, ownerId);
        return cipher.Seal(dataKey);
    }

    public byte[] Unwrap(string ownerId, byte[] wrapped)
    {
        using var cipher = new Cipher(key, ownerId);
        return cipher.Open(wrapped)
            ?? throw new InvalidOperationException(
                $"The master key {id} does not open the key of {ownerId}: the database has been changed by hand."
            );
    }

    /// <summary>As the file of keys has it.</summary>
    public string Line() => $"{id} {Convert.ToBase64String(key)}";

    public override string ToString() => $"[master key {id}]";
}
