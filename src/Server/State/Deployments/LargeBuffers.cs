using System.Buffers;

namespace Server.State;

/// <summary>
/// Memory for texts of megabytes. The shared pool rounds up to powers of two and keeps what it once gave out; here arrays have the size of what they hold,
/// and few are kept, for the next text of that size.
/// </summary>
internal static class LargeBuffers
{
    private const int Large = 1024 * 1024;

    /// <summary>Of all arrays that are kept.</summary>
    private const long Most = 48 * Large;

    private static readonly Lock Gate = new();
    private static readonly List<byte[]> Kept = []; // the one given back last at the end

    public static byte[] Rent(int size)
    {
        if (size < Large)
        {
            return ArrayPool<byte>.Shared.Rent(Math.Max(size, 1));
        }
        lock (Gate)
        {
            var found = Kept.FindLastIndex(b => b.Length >= size && b.Length / 2 <= size);
            if (found >= 0)
            {
                var buffer = Kept[found];
                Kept.RemoveAt(found);
                return buffer;
            }
        }
        return GC.AllocateUninitializedArray<byte>((int)Math.Min(((long)size / Large + 2) * Large, Array.MaxLength));
    }

    public static void Return(byte[] buffer)
    {
        if (buffer.Length <= Large)
        {
            ArrayPool<byte>.Shared.Return(buffer);
            return;
        }
        lock (Gate)
        {
            Kept.Add(buffer);
            while (Kept.Sum(b => (long)b.Length) > Most)
            {
                Kept.RemoveAt(0);
            }
        }
    }
}
