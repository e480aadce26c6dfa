using System.Collections;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Support;

/// <summary>A program on a terminal of its own, as a person would run it (Linux with glibc).</summary>
public sealed unsafe partial class PtyProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Lock gate = new();
    private readonly StringBuilder seen = new();
    private readonly FileStream terminal;
    private readonly int process;
    private readonly Thread reader;
    private int expectedUpTo;
    private int? status;
    private volatile bool ended;

    private PtyProcess(int master, int process)
    {
        this.process = process;
        terminal = new FileStream(new SafeFileHandle(master, ownsHandle: true), FileAccess.ReadWrite, bufferSize: 0);
        reader = new Thread(ReadAll) { IsBackground = true };
        reader.Start();
    }

    /// <param name="environment">Added to this process's; null removes a variable.</param>
    public static PtyProcess Start(string file, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string?> environment)
    {
        var master = posix_openpt(ReadWrite | NoControllingTerminal | CloseOnExec);
        var name = stackalloc byte[128];
        if (master < 0 || grantpt(master) != 0 || unlockpt(master) != 0 || ptsname_r(master, name, 128) != 0)
        {
            throw new IOException("no pseudo terminal: " + Marshal.GetLastPInvokeErrorMessage());
        }
        var size = stackalloc ushort[] { 40, 120, 0, 0 };
        _ = ioctl(master, SetWindowSize, size);
        return new PtyProcess(master, Spawn(file, arguments, Merge(environment), name));
    }

    /// <summary>Everything shown so far.</summary>
    public string Screen
    {
        get
        {
            lock (gate)
            {
                return seen.ToString();
            }
        }
    }

    /// <summary>Waits until the text appears after what was expected before.</summary>
    public void Expect(string text)
    {
        var deadline = DateTime.UtcNow + Patience;
        while (true)
        {
            var isLast = ended;
            var screen = Screen;
            var at = screen.IndexOf(text, expectedUpTo, StringComparison.Ordinal);
            if (at >= 0)
            {
                expectedUpTo = at + text.Length;
                return;
            }
            if (isLast || DateTime.UtcNow > deadline)
            {
                throw new TimeoutException($"'{text}' does not appear in: {screen}");
            }
            Thread.Sleep(5);
        }
    }

    /// <summary>Types; <c>\r</c> is Enter, <c>\x03</c> Ctrl-C, <c>\x04</c> Ctrl-D.</summary>
    public void Send(string keys)
    {
        terminal.Write(Encoding.UTF8.GetBytes(keys));
    }

    /// <returns>The exit code, or 128 and the signal's number.</returns>
    public int Wait()
    {
        var deadline = DateTime.UtcNow + Patience;
        int code;
        while (waitpid(process, &code, NoHang) == 0)
        {
            if (DateTime.UtcNow > deadline)
            {
                throw new TimeoutException($"still running, with: {Screen}");
            }
            Thread.Sleep(5);
        }
        reader.Join(TimeSpan.FromSeconds(2));
        status = (code & 0x7f) == 0 ? (code >> 8) & 0xff : 128 + (code & 0x7f);
        return status.Value;
    }

    public void Dispose()
    {
        if (status is null)
        {
            _ = kill(process, KillSignal);
            int code;
            _ = waitpid(process, &code, 0);
        }
        terminal.Dispose();
    }

    private void ReadAll()
    {
        var bytes = new byte[4096];
        var characters = new char[4096];
        var decoder = Encoding.UTF8.GetDecoder();
        try
        {
            int count;
            while ((count = terminal.Read(bytes)) > 0)
            {
                var length = decoder.GetChars(bytes, 0, count, characters, 0);
                lock (gate)
                {
                    seen.Append(characters, 0, length);
                }
            }
        }
        catch (Exception fault) when (fault is IOException or ObjectDisposedException)
        {
            // That is how a terminal without a program ends.
        }
        ended = true;
    }

    // In a session of its own, the terminal's other end opened as descriptor 0 becomes the one that Ctrl-C acts on.
    private static int Spawn(string file, IReadOnlyList<string> arguments, IReadOnlyList<string> environment, byte* terminalName)
    {
        var actions = stackalloc byte[256];
        var attributes = stackalloc byte[512];
        var noSignals = stackalloc ulong[16];
        _ = posix_spawn_file_actions_init(actions);
        _ = posix_spawnattr_init(attributes);
        _ = posix_spawn_file_actions_addopen(actions, 0, terminalName, ReadWrite, 0);
        _ = posix_spawn_file_actions_adddup2(actions, 0, 1);
        _ = posix_spawn_file_actions_adddup2(actions, 0, 2);
        _ = posix_spawnattr_setsigmask(attributes, noSignals);
        _ = posix_spawnattr_setflags(attributes, NewSession | WithSignalMask);
        var argumentBlock = Block([file, .. arguments]);
        var environmentBlock = Block(environment);
        int started;
        var error = posix_spawnp(&started, file, actions, attributes, argumentBlock, environmentBlock);
        Free(argumentBlock);
        Free(environmentBlock);
        _ = posix_spawn_file_actions_destroy(actions);
        _ = posix_spawnattr_destroy(attributes);
        return error == 0 ? started : throw new IOException($"{file} does not start: error {error}");
    }

    private static List<string> Merge(IReadOnlyDictionary<string, string?> changes)
    {
        var merged = new Dictionary<string, string?>(StringComparer.Ordinal) { ["TERM"] = "xterm-256color" };
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            merged[(string)variable.Key] = (string?)variable.Value;
        }
        foreach (var (name, value) in changes)
        {
            merged[name] = value;
        }
        return [.. merged.Where(variable => variable.Value is not null).Select(variable => $"{variable.Key}={variable.Value}")];
    }

    private static byte** Block(IReadOnlyList<string> texts)
    {
        var block = (byte**)NativeMemory.Alloc((nuint)((texts.Count + 1) * sizeof(byte*)));
        for (var i = 0; i < texts.Count; i++)
        {
            block[i] = (byte*)Marshal.StringToCoTaskMemUTF8(texts[i]);
        }
        block[texts.Count] = null;
        return block;
    }

    private static void Free(byte** block)
    {
        for (var i = 0; block[i] is not null; i++)
        {
            Marshal.FreeCoTaskMem((nint)block[i]);
        }
        NativeMemory.Free(block);
    }

    private const int ReadWrite = 2;
    private const int NoControllingTerminal = 0x100;
    private const int CloseOnExec = 0x80000;
    private const nuint SetWindowSize = 0x5414;
    private const short NewSession = 0x80;
    private const short WithSignalMask = 0x08;
    private const int NoHang = 1;
    private const int KillSignal = 9;

    [LibraryImport("libc", SetLastError = true)]
    private static partial int posix_openpt(int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int grantpt(int master);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int unlockpt(int master);

    [LibraryImport("libc")]
    private static partial int ptsname_r(int master, byte* name, nuint room);

    [LibraryImport("libc")]
    private static partial int ioctl(int descriptor, nuint request, void* argument);

    [LibraryImport("libc")]
    private static partial int posix_spawn_file_actions_init(void* actions);

    [LibraryImport("libc")]
    private static partial int posix_spawn_file_actions_destroy(void* actions);

    [LibraryImport("libc")]
    private static partial int posix_spawn_file_actions_addopen(void* actions, int descriptor, byte* path, int flags, uint mode);

    [LibraryImport("libc")]
    private static partial int posix_spawn_file_actions_adddup2(void* actions, int from, int to);

    [LibraryImport("libc")]
    private static partial int posix_spawnattr_init(void* attributes);

    [LibraryImport("libc")]
    private static partial int posix_spawnattr_destroy(void* attributes);

    [LibraryImport("libc")]
    private static partial int posix_spawnattr_setflags(void* attributes, short flags);

    [LibraryImport("libc")]
    private static partial int posix_spawnattr_setsigmask(void* attributes, void* signals);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int posix_spawnp(
        int* process,
        string file,
        void* actions,
        void* attributes,
        byte** arguments,
        byte** environment
    );

    [LibraryImport("libc")]
    private static partial int waitpid(int process, int* status, int options);

    [LibraryImport("libc")]
    private static partial int kill(int process, int signal);
}
