using System.Buffers.Binary;
using System.IO.Compression;

namespace Server.State;

/// <summary>
/// Texts as sequences of gzip members. By RFC 1952 the members one after the other are again a gzip file, so they go to a client as they lie.
/// </summary>
internal static class Gzip
{
    /// <summary>As much text as one member holds: little enough that nobody waits long while one is written.</summary>
    public const int MemberSize = 512 * 1024;

    public static byte[] Compress(ReadOnlySpan<byte> text)
    {
        using var result = new MemoryStream(text.Length / 8 + 64);
        using (var gzip = new GZipStream(result, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(text);
        }
        return result.ToArray();
    }

    /// <summary>Fills <paramref name="text"/> with what a member holds.</summary>
    /// <returns>How much that was.</returns>
    public static unsafe int Decompress(ReadOnlySpan<byte> member, Span<byte> text)
    {
        fixed (byte* bytes = member)
        {
            using var gzip = new GZipStream(new UnmanagedMemoryStream(bytes, member.Length), CompressionMode.Decompress);
            return gzip.ReadAtLeast(text, text.Length, throwOnEndOfStream: false);
        }
    }

    /// <summary>How much text a member holds, as its last four bytes say.</summary>
    public static int SizeOf(ReadOnlySpan<byte> member) => BinaryPrimitives.ReadInt32LittleEndian(member[^4..]);
}
