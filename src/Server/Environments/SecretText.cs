using System.Buffers.Binary;
using System.Text;
using Server.Auth;
using Server.Environments.Language;
using Server.Secrets;

namespace Server.Environments;

/// <summary>
/// The secrets in a definition's text. They are replaced where they stand, so comments and order stay. The ciphertext has the outer form that the reference
/// implementation gives it.
/// </summary>
public sealed class SecretText(OwnerKeys keys)
{
    private static readonly byte[] Magic = "escx"u8.ToArray();

    /// <param name="ownerId">The organization.</param>
    /// <returns>The text without plaintexts.</returns>
    public async Task<string> Encrypt(Definition definition, string ownerId, string environmentId, CancellationToken ct)
    {
        var edits = new List<(SecretExpression, string)>();
        foreach (var secret in definition.Secrets.Where(s => !s.Encrypted))
        {
            var ciphertext = await Seal(secret.Text, ownerId, environmentId, ct);
            edits.Add((secret, $"ciphertext: {ciphertext}"));
        }
        var text = Replace(definition.Source.Text, edits);
        var stored = Definition.Parse(definition.Source.Environment, text);
        return !stored.Diagnostics.HasErrors && stored.Secrets.All(s => s.Encrypted)
            ? text
            : throw ApiException.BadRequest(
                "A secret is written in a way that it cannot be encrypted in its place. Write it as `fn::secret: \"text\"`."
            );
    }

    /// <returns>The text with plaintexts instead of ciphertexts.</returns>
    public async Task<string> Decrypt(Definition definition, string ownerId, string environmentId, CancellationToken ct)
    {
        var plaintexts = await Plaintexts(definition, ownerId, environmentId, ct);
        var edits = definition
            .Secrets.Where(s => s.Encrypted && plaintexts.ContainsKey(s.Value.Begin))
            .Select(s => (s, ValueYaml.Scalar(plaintexts[s.Value.Begin])));
        return Replace(definition.Source.Text, edits);
    }

    /// <summary>By where the ciphertext stands; one that does not open is left out.</summary>
    public async Task<IReadOnlyDictionary<int, string>> Plaintexts(
        Definition definition,
        string ownerId,
        string environmentId,
        CancellationToken ct
    )
    {
        var plaintexts = new Dictionary<int, string>();
        foreach (var secret in definition.Secrets.Where(s => s.Encrypted))
        {
            if (await Open(secret.Text, ownerId, environmentId, ct) is { } plaintext)
            {
                plaintexts[secret.Value.Begin] = plaintext;
            }
        }
        return plaintexts;
    }

    public async Task<string> Seal(string plaintext, string ownerId, string environmentId, CancellationToken ct)
    {
        var body = await keys.Encrypt(ownerId, Encoding.UTF8.GetBytes(plaintext), Purpose(environmentId), ct);
        var framed = new byte[12 + body.Length];
        Magic.CopyTo(framed, 0);
        BinaryPrimitives.WriteUInt32BigEndian(framed.AsSpan(4), 1);
        body.CopyTo(framed, 8);
        BinaryPrimitives.WriteUInt32BigEndian(framed.AsSpan(^4..), Crc32(framed.AsSpan(..^4)));
        return Convert.ToBase64String(framed);
    }

    /// <returns>Null if it is no ciphertext of this environment.</returns>
    public async Task<string?> Open(string ciphertext, string ownerId, string environmentId, CancellationToken ct)
    {
        var framed = new byte[ciphertext.Length];
        if (
            !Convert.TryFromBase64String(ciphertext, framed, out var length)
            || length < 12
            || !framed.AsSpan(..4).SequenceEqual(Magic)
            || BinaryPrimitives.ReadUInt32BigEndian(framed.AsSpan(length - 4)) != Crc32(framed.AsSpan(..(length - 4)))
        )
        {
            return null;
        }
        var plaintext = await keys.TryDecrypt(ownerId, framed[8..(length - 4)], Purpose(environmentId), ct);
        return plaintext is null ? null : Encoding.UTF8.GetString(plaintext);
    }

    private static string Purpose(string environmentId) => "environment " + environmentId;

    /// <summary>From the end on, so that places stay where they are.</summary>
    private static string Replace(string text, IEnumerable<(SecretExpression Secret, string New)> edits)
    {
        var result = new StringBuilder(text);
        foreach (var (secret, replacement) in edits.OrderByDescending(e => e.Secret.Value.Begin))
        {
            var (begin, end) = (secret.Value.Begin, secret.Value.End);
            var colon = text.AsSpan(0, begin).TrimEnd(" \r\n").Length; // what stands in between is a comment, and stays
            var isNext = colon > 0 && text[colon - 1] == ':';
            var written =
                secret.Encrypted ? replacement
                : isNext && !secret.Flow ? $"\n{new string(' ', secret.Indent + 2)}{replacement}"
                : $"{{{replacement}}}";
            begin = isNext ? colon : begin;
            result.Remove(begin, end - begin).Insert(begin, (isNext && written[0] != '\n' ? " " : "") + written);
        }
        return result.ToString();
    }

    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ (0xEDB88320 & (uint)-(int)(crc & 1));
            }
        }
        return ~crc;
    }
}
