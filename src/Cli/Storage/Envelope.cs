using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Cli.Storage;

/// <summary>
/// Encrypted credentials, in the stock CLI's form:
/// <c>{"$pulumiSecureStore":1,"backend":"linux-secretservice","algo":"aes-256-gcm","nonce":"…","data":"…"}</c>, where data is the ciphertext and its
/// tag, and the text <c>1|backend|algo</c> is authenticated with it.
/// </summary>
/// <param name="Backend">Which <see cref="IKeyStore"/> has the key.</param>
internal sealed record Envelope(string Backend, byte[] Nonce, byte[] Data)
{
    public const int KeyLength = 32;

    private const string Marker = "$pulumiSecureStore";
    private const int Version = 1;
    private const string Algorithm = "aes-256-gcm";
    private const int NonceLength = 12;
    private const int TagLength = 16;

    /// <returns>Null if this is no envelope.</returns>
    /// <exception cref="UserErrorException">It is one that only a newer program understands, or a damaged one; it must not be written over.</exception>
    public static Envelope? Of(byte[] content, string path)
    {
        if (content.AsSpan().IndexOf(Encoding.UTF8.GetBytes(Marker)) < 0)
        {
            return null;
        }
        JsonObject? members;
        try
        {
            members = GoJson.Parse(content) as JsonObject;
        }
        catch (JsonException fault)
        {
            throw Damaged(path, GoJsonError.Describe(content, fault));
        }
        if (members is null || !members.ContainsKey(Marker))
        {
            return null; // an account may be called so
        }
        if (members[Marker] is not JsonValue version || !version.TryGetValue<int>(out var number))
        {
            throw Damaged(path, "its version is not a number");
        }
        if (number > Version)
        {
            throw new UserErrorException(
                $"credentials file '{path}' was encrypted by a newer version of the Pulumi CLI (envelope version {number}). "
                    + "Upgrade the Pulumi CLI, or run `pulumi logout --all` to discard the stored credentials"
            );
        }
        return new(Text(members, "backend", path), Bytes(members, "nonce", path), Bytes(members, "data", path));
    }

    public static Envelope Seal(byte[] plain, string backend, byte[] key)
    {
        var nonce = RandomNumberGenerator.GetBytes(NonceLength);
        var data = new byte[plain.Length + TagLength];
        using var aes = new AesGcm(key, TagLength);
        aes.Encrypt(nonce, plain, data.AsSpan(0, plain.Length), data.AsSpan(plain.Length), Bound(backend));
        return new(backend, nonce, data);
    }

    /// <returns>Null if another key sealed it, or it has been changed since.</returns>
    public byte[]? Open(byte[] key)
    {
        if (Nonce.Length != NonceLength || Data.Length < TagLength)
        {
            return null;
        }
        var plain = new byte[Data.Length - TagLength];
        try
        {
            using var aes = new AesGcm(key, TagLength);
            aes.Decrypt(Nonce, Data.AsSpan(0, plain.Length), Data.AsSpan(plain.Length), plain, Bound(Backend));
            return plain;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    public byte[] Write() =>
        Encoding.UTF8.GetBytes(
            $$"""{"{{Marker}}":{{Version}},"backend":"{{Backend}}","algo":"{{Algorithm}}","nonce":"{{Base64(Nonce)}}","data":"{{Base64(Data)}}"}"""
        );

    private static string Base64(byte[] bytes) => Convert.ToBase64String(bytes);

    private static byte[] Bound(string backend) => Encoding.UTF8.GetBytes($"{Version}|{backend}|{Algorithm}");

    private static string Text(JsonObject members, string name, string path) =>
        members[name]?.GetValueKind() == JsonValueKind.String
            ? members[name]!.GetValue<string>()
            : throw Damaged(path, $"'{name}' is missing");

    private static byte[] Bytes(JsonObject members, string name, string path)
    {
        var text = Text(members, name, path);
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) ? bytes[..length] : throw Damaged(path, $"'{name}' is not base64");
    }

    private static UserErrorException Damaged(string path, string reason) =>
        new(
            $"refusing to overwrite credentials file '{path}' that is encrypted but cannot be parsed: {reason}. "
                + "Run `pulumi logout --all` to discard the stored credentials"
        );
}

/// <summary>Stored credentials that cannot be opened here. <c>login</c> and <c>logout</c> offer a way on; everything else stops.</summary>
internal sealed class UndecryptableException(string reason) : Exception(reason)
{
    public UserErrorException AsUserError() =>
        new(
            $"{Message}. If another Pulumi CLI stored them, use that one; or run `pulumi logout --all` to discard them and `pulumi login` to store new ones"
        );
}

/// <summary>Stored credentials that cannot be opened now. What a login would give could not be stored, so it stops before it asks for anything.</summary>
internal sealed class LockedCredentialsException(string message) : UserErrorException(message);
