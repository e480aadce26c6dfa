using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Cli.Terminals;

/// <summary>
/// The terminal through its file descriptors. <see cref="Console"/> would write control sequences to it, change its settings and cost
/// milliseconds, all before the first word is printed.
/// </summary>
internal static partial class UnixTerminal
{
    public static Terminal Open()
    {
        var output = Writer(1);
        var input = Stream(0, FileAccess.Read);
        return new Terminal(
            new StreamReader(input, new UTF8Encoding(false)),
            output,
            Writer(2),
            isatty(0) == 1,
            isatty(1) == 1,
            (prompt, hidden, ct) => ReadLine(input, output, prompt, hidden, ct),
            (title, choices, ct, preferred) => ChoiceList.Show(output, title, choices, preferred, ct)
        );
    }

    private static FileStream Stream(int descriptor, FileAccess access) =>
        new(new SafeFileHandle(descriptor, ownsHandle: false), access, bufferSize: 0);

    private static StreamWriter Writer(int descriptor) =>
        new(new DescriptorStream(descriptor), new UTF8Encoding(false), bufferSize: 1024) { AutoFlush = true, NewLine = "\n" };

    /// <summary>
    /// The read cannot be interrupted, so it gets a thread of its own, which is left behind when the person presses Ctrl-C: the program is
    /// about to end then.
    /// </summary>
    private static async Task<string?> ReadLine(FileStream input, TextWriter output, string prompt, bool hidden, CancellationToken ct)
    {
        using var echo = hidden ? EchoOff.On(0) : null;
        await output.WriteAsync(prompt);
        var line = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() => ReadInto(line, input)) { IsBackground = true }.Start();
        try
        {
            return await line.Task.WaitAsync(ct);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
        finally
        {
            if (hidden || ct.IsCancellationRequested)
            {
                await output.WriteLineAsync();
            }
        }
    }

    // Byte by byte: what follows the line belongs to whoever reads next.
    private static void ReadInto(TaskCompletionSource<string?> line, FileStream input)
    {
        try
        {
            var bytes = new List<byte>();
            int next;
            while ((next = input.ReadByte()) >= 0 && next != '\n')
            {
                bytes.Add((byte)next);
            }
            var ended = next < 0 && bytes.Count == 0;
            line.TrySetResult(ended ? null : Encoding.UTF8.GetString(CollectionsMarshal.AsSpan(bytes)).TrimEnd('\r'));
        }
        catch (IOException)
        {
            line.TrySetResult(null);
        }
    }

    [LibraryImport("libc")]
    private static partial int isatty(int descriptor);
}
