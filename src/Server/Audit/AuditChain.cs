using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Server.Audit;

/// <summary>
/// How events are tied together: SHA-256 over the version of this form, the hash before, and every field of the event, each with its length, so that
/// no two different events have one form.
/// </summary>
public static class AuditChain
{
    private const int Absent = -1;

    /// <summary>What comes before the first event.</summary>
    public static readonly byte[] Beginning = new byte[SHA256.HashSizeInBytes];

    public static byte[] Hash(byte[] before, AuditRow row)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData("holdfast audit 1\n"u8);
        hash.AppendData(before);
        Add(hash, row.Ordinal);
        Add(hash, row.CreatedMs);
        ReadOnlySpan<string?> texts =
        [
            row.OrganizationId,
            row.Id,
            row.Event,
            row.Description,
            row.AccountId,
            row.Login,
            row.TokenId,
            row.TokenName,
            row.StackId,
            row.Address,
        ];
        foreach (var text in texts)
        {
            Add(hash, text);
        }
        return hash.GetHashAndReset();
    }

    private static void Add(IncrementalHash hash, long number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        hash.AppendData(bytes);
    }

    private static void Add(IncrementalHash hash, string? text)
    {
        var bytes = Encoding.UTF8.GetBytes(text ?? "");
        Add(hash, text is null ? Absent : bytes.Length);
        hash.AppendData(bytes);
    }
}
