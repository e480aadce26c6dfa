using System.Security.Cryptography;

namespace Cli.Storage;

/// <summary>Keeps the key of the stored credentials.</summary>
internal interface IKeyStore
{
    /// <summary>Its name in the <see cref="Envelope"/>.</summary>
    string Backend { get; }

    /// <returns>Null if it has no key.</returns>
    /// <exception cref="KeyStoreException"/>
    byte[]? Find();

    /// <returns>The key that it has, or else a new one. Of several who make one at once, all get the same.</returns>
    /// <exception cref="KeyStoreException"/>
    byte[] FindOrMake();
}

/// <summary>A store that does not give its key now. It says nothing about whether there is one.</summary>
/// <param name="reason">As a clause: "it is locked".</param>
internal sealed class KeyStoreException(string reason) : Exception(reason)
{
    /// <summary>There is no such store on this machine, or nobody is logged in to have one.</summary>
    public bool IsAbsent { get; init; }
}

/// <summary>The key as text, as the stock CLI keeps it: <c>pulumi-securestore-v1:raw:BASE64</c>.</summary>
internal static class KeyText
{
    private const string Prefix = "pulumi-securestore-v1:raw:";

    public static string Of(byte[] key) => Prefix + Convert.ToBase64String(key);

    public static byte[] Make() => RandomNumberGenerator.GetBytes(Envelope.KeyLength);

    /// <exception cref="KeyStoreException">It is another kind of key, or none.</exception>
    public static byte[] Parse(string text)
    {
        text = text.Trim();
        if (text.StartsWith("pulumi-securestore-v1:tpm:", StringComparison.Ordinal))
        {
            throw new KeyStoreException("its key can be used only by this machine's TPM, which this program does not do");
        }
        var key = new byte[Envelope.KeyLength + 2];
        return
            text.StartsWith(Prefix, StringComparison.Ordinal)
            && Convert.TryFromBase64String(text[Prefix.Length..], key, out var length)
            && length == Envelope.KeyLength
            ? key[..length]
            : throw new KeyStoreException("what it has is not a key of this program");
    }
}
