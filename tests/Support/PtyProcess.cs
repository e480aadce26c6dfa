using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Support;

/// <summary>
/// A program on a pseudo-terminal of its own, as a person sees it (Linux). The terminal is the program's controlling one, so that Ctrl-C reaches it as
/// a signal.
/// </summary>
public sealed unsafe partial class PtyProcess : IDisposable
{
    private const int ReadWrite = 2,
        NotControlling = 0x100,
        CloseOnExec = 0x80000;
    private const int Interrupt = 2,
        Quit = 3;
    private const short DefaultSignals = 0x04,
        NewSession = 0x80;

    private readonly FileStream _master;
    private readonly int _id;
    private readonly StringBuilder _screen = new();
    private readonly Lock _gate = new();
    private bool _ended;

    private PtyProcess(int master, int id)
    {
        _master = new FileStream(new SafeFileHandle(master, ownsHandle: true), FileAccess.ReadWrite, bufferSize: 0);
        _id = id;
        new Thread(Read) { IsBackground = true }.Start();
    }

    /// <summary>Everything that the program has printed, control sequences included; line ends are those of a terminal (CR LF).</summary>
    public string Screen
    {
        get
        {
            lock (_gate)
            {
                return _screen.ToString();
            }
        }
    }

    /// <param name="environment">The whole environment of the program.</param>
    public static PtyProcess Start(string file, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment)
    {
        var master = posix_openpt(ReadWrite | NotControlling | CloseOnExec);
        var name = stackalloc byte[128];
        Check(
            master < 0 || grantpt(master) != 0 || unlockpt(master) != 0 || ptsname_r(master, name, 128) != 0
                ? Marshal.GetLastPInvokeError()
                : 0
        );
        // Opaque structures of the C library, with room to spare.
        byte* actions = stackalloc byte[256],
            attributes = stackalloc byte[512],
            signals = stackalloc byte[256];
        Check(posix_spawn_file_actions_init(actions));
        Check(posix_spawnattr_init(attributes));
        Check(posix_spawn_file_actions_addopen(actions, 0, name, ReadWrite, 0)); // the first terminal a new session opens controls it
        Check(posix_spawn_file_actions_adddup2(actions, 0, 1));
        Check(posix_spawn_file_actions_adddup2(actions, 0, 2));
        // Whoever started the tests in the background had them ignore Ctrl-C, which programs inherit.
        Check(sigemptyset(signals));
        Check(sigaddset(signals, Interrupt));
        Check(sigaddset(signals, Quit));
        Check(posix_spawnattr_setsigdefault(attributes, signals));
        Check(posix_spawnattr_setflags(attributes, NewSession | DefaultSignals));
        var argv = Strings([file, .. arguments]);
        var envp = Strings([.. environment.Select(v => $"{v.Key}={v.Value}")]);
        int id;
        Check(posix_spawn(&id, file, actions, attributes, argv, envp));
        return new(master, id);
    }

    /// <summary>Waits until the text is on the screen.</summary>
    public void Expect(string text)
    {
        for (var patience = 400; ; patience--)
        {
            lock (_gate)
            {
                if (_screen.ToString().Contains(text, StringComparison.Ordinal))
                {
                    return;
                }
                if (patience == 0 || _ended)
                {
                    throw new TimeoutException($"'{text}' did not appear on the screen:\n{_screen}");
                }
            }
            Thread.Sleep(25);
        }
    }

    public void Type(string text) => _master.Write(Encoding.UTF8.GetBytes(text));

    /// <returns>The exit code; 128 and the signal's number if a signal ended it.</returns>
    public int Wait()
    {
        int status;
        for (var patience = 800; waitpid(_id, &status, 1) == 0; patience--)
        {
            if (patience == 0)
            {
                throw new TimeoutException("The program did not end. Its screen:\n" + Screen);
            }
            Thread.Sleep(25);
        }
        for (var patience = 40; patience > 0 && !_ended; patience--)
        {
            Thread.Sleep(25); // the rest of what it printed
        }
        return (status & 0x7f) == 0 ? (status >> 8) & 0xff : 128 + (status & 0x7f);
    }

    public void Dispose()
    {
        _ = kill(_id, 9);
        _master.Dispose();
    }

    private void Read()
    {
        var bytes = new byte[4096];
        var characters = new char[4096];
        var decoder = Encoding.UTF8.GetDecoder();
        try
        {
            int count;
            while ((count = _master.Read(bytes)) > 0)
            {
                var decoded = decoder.GetChars(bytes, 0, count, characters, 0);
                lock (_gate)
                {
                    _screen.Append(characters, 0, decoded);
                }
            }
        }
        catch (Exception closed) when (closed is IOException or ObjectDisposedException)
        {
            // Linux reports the end of a terminal as an error.
        }
        lock (_gate)
        {
            _ended = true;
        }
    }

    private static byte** Strings(string[] values)
    {
        var block = (byte**)NativeMemory.AllocZeroed((nuint)(values.Length + 1), (nuint)sizeof(byte*)); // small, and tests end soon
        for (var i = 0; i < values.Length; i++)
        {
            block[i] = (byte*)Marshal.StringToCoTaskMemUTF8(values[i]);
        }
        return block;
    }

    private static void Check(int error)
    {
        if (error != 0)
        {
            throw new Win32Exception(error);
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int posix_openpt(int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int grantpt(int master);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int unlockpt(int master);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int ptsname_r(int master, byte* name, nuint length);

    [LibraryImport("libc")]
    private static partial int posix_spawn_file_actions_init(void* actions);

    [LibraryImport("libc")]
    private static partial int posix_spawn_file_actions_addopen(void* actions, int descriptor, byte* path, int flags, uint mode);

    [LibraryImport("libc")]
    private static partial int posix_spawn_file_actions_adddup2(void* actions, int from, int to);

    [LibraryImport("libc")]
    private static partial int posix_spawnattr_init(void* attributes);

    [LibraryImport("libc")]
    private static partial int posix_spawnattr_setflags(void* attributes, short flags);

    [LibraryImport("libc")]
    private static partial int posix_spawnattr_setsigdefault(void* attributes, void* signals);

    [LibraryImport("libc")]
    private static partial int sigemptyset(void* signals);

    [LibraryImport("libc")]
    private static partial int sigaddset(void* signals, int signal);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int posix_spawn(int* id, string file, void* actions, void* attributes, byte** argv, byte** envp);

    [LibraryImport("libc")]
    private static partial int waitpid(int id, int* status, int options);

    [LibraryImport("libc")]
    private static partial int kill(int id, int signal);
}
