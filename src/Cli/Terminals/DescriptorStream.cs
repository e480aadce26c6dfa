using System.Runtime.InteropServices;

namespace Cli.Terminals;

/// <summary>
/// Writes to a file descriptor. A reader that went away (<c>pulumi about | head -1</c>) ends the output, not the program: there is nobody
/// left to tell.
/// </summary>
internal sealed partial class DescriptorStream(int descriptor) : Stream
{
    public override bool CanRead => false;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => throw new NotSupportedException();
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Flush() { }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override unsafe void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            nint written;
            fixed (byte* bytes = buffer)
            {
                written = write(descriptor, bytes, buffer.Length);
            }
            if (written < 0)
            {
                switch (Marshal.GetLastPInvokeError())
                {
                    case InterruptedCall:
                        continue;
                    case BrokenPipe:
                        return;
                    case AgainLinux or AgainMac:
                        Thread.Sleep(1);
                        continue;
                    default:
                        throw new IOException($"writing to descriptor {descriptor}: {Marshal.GetLastPInvokeErrorMessage()}");
                }
            }
            buffer = buffer[(int)written..];
        }
    }

    // At once. A stream that does not say so has its writes carried out by another thread, which has to be started first.
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        Write(buffer.AsSpan(offset, count));
        return Task.CompletedTask;
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private const int InterruptedCall = 4;
    private const int AgainLinux = 11;
    private const int AgainMac = 35;
    private const int BrokenPipe = 32;

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial nint write(int descriptor, byte* bytes, nint count);
}
