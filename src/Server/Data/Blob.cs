using System.Buffers;
using System.Data.Common;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Server.Data;

/// <summary>A large value in borrowed memory, which whoever disposes of it gives back.</summary>
public sealed class Blob : IDisposable
{
    private readonly int _length;
    private byte[]? _buffer;

    private Blob(byte[] buffer, int length) => (_buffer, _length) = (buffer, length);

    public ReadOnlyMemory<byte> Bytes => _buffer.AsMemory(0, _length);

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _buffer, null) is { } buffer)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>The first column of the row that the reader is at.</summary>
    internal static Blob Read(DbDataReader reader)
    {
        if (reader is SqliteDataReader sqlite)
        {
            var value = raw.sqlite3_column_blob(sqlite.Handle, 0); // the driver would copy it into an array of its own
            var copy = ArrayPool<byte>.Shared.Rent(Math.Max(value.Length, 1));
            value.CopyTo(copy);
            return new(copy, value.Length);
        }
        var length = (int)reader.GetBytes(0, 0, null, 0, 0);
        var buffer = ArrayPool<byte>.Shared.Rent(Math.Max(length, 1));
        for (var read = 0; read < length; )
        {
            read += (int)reader.GetBytes(0, read, buffer, read, length - read);
        }
        return new(buffer, length);
    }
}
