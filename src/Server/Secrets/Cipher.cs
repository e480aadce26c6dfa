using System.Security.Cryptography;
using System.Text;

namespace Server.Secrets;

/// <summary>
/// AES-256-GCM bound to a name: what was sealed under one name does not open under another. A sealed value is a format byte, a random nonce, the
/// ciphertext and the tag. One instance serves one thread.
/// </summary>
public sealed class Cipher(ReadOnlySpan<byte> key, string name) : IDisposable
{
    public const int KeyLength = 32;

    private const byte Format = 1;
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private const int Overhead = 1 + NonceLength + TagLength;

    private readonly AesGcm _aes = new(key, TagLength);
    private readonly byte[] _name = Encoding.UTF8.GetBytes(name);

    public byte[] Seal(ReadOnlySpan<byte> plaintext)
    {
        var result = new byte[Overhead + plaintext.Length];
        result[0] = Format;
        var nonce = result.AsSpan(1, NonceLength);
        var ciphertext = result.AsSpan(1 + NonceLength, plaintext.Length);
        RandomNumberGenerator.Fill(nonce);
        _aes.Encrypt(nonce, plaintext, ciphertext, result.AsSpan()[^TagLength..], _name);
        return result;
    }

    /// <returns>Null if it was sealed by another key or under another name, or has been changed.</returns>
    public byte[]? Open(ReadOnlySpan<byte> value)
    {
        if (value.Length < Overhead || value[0] != Format)
        {
            return null;
        }
        var plaintext = new byte[value.Length - Overhead];
        try
        {
            _aes.Decrypt(value.Slice(1, NonceLength), value[(1 + NonceLength)..^TagLength], value[^TagLength..], plaintext, _name);
            return plaintext;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    public void Dispose() => _aes.Dispose();
}
