using System.Security.Cryptography;
using System.Text;

namespace Cli.Secrets;

/// <summary>AES-256-GCM as the stock CLI writes it: <c>v1:&lt;nonce&gt;:&lt;ciphertext and tag&gt;</c>, both base64.</summary>
internal sealed class DataKey(byte[] key)
{
    public const int Length = 32;
    private const int NonceLength = 12;
    private const int TagLength = 16;

    public string Encrypt(string plaintext)
    {
        var text = Encoding.UTF8.GetBytes(plaintext);
        var nonce = RandomNumberGenerator.GetBytes(NonceLength);
        var sealedText = new byte[text.Length + TagLength];
        using var gcm = new AesGcm(key, TagLength);
        gcm.Encrypt(nonce, text, sealedText.AsSpan(..text.Length), sealedText.AsSpan(text.Length));
        return $"v1:{Convert.ToBase64String(nonce)}:{Convert.ToBase64String(sealedText)}";
    }

    /// <returns>Null when it was encrypted with another key, or changed.</returns>
    /// <exception cref="FormatException">It is no ciphertext of this kind.</exception>
    public string? Decrypt(string ciphertext)
    {
        var parts = ciphertext.Split(':');
        if (parts.Length != 3 || parts[0] != "v1")
        {
            throw new FormatException("invalid ciphertext: it should be v1:<nonce>:<text>");
        }
        var (nonce, sealedText) = (Convert.FromBase64String(parts[1]), Convert.FromBase64String(parts[2]));
        if (nonce.Length != NonceLength || sealedText.Length < TagLength)
        {
            throw new FormatException("invalid ciphertext: it is too short");
        }
        var text = new byte[sealedText.Length - TagLength];
        using var gcm = new AesGcm(key, TagLength);
        try
        {
            gcm.Decrypt(nonce, sealedText.AsSpan(..text.Length), sealedText.AsSpan(text.Length), text);
            return Encoding.UTF8.GetString(text);
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }
}
