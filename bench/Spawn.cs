using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Bench;

/// <summary>
/// Runs a program from start to exit. .NET's own way to start one forks this whole process first, which takes as long as what is to be measured.
/// </summary>
internal static unsafe partial class Spawn
{
    private const int ReadWrite = 2;

    /// <summary>Its output goes nowhere.</summary>
    public static TimeSpan Measure(string file, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment)
    {
        byte* silence = stackalloc byte[256]; // an opaque structure of the C library, with room to spare
        Check(posix_spawn_file_actions_init(silence));
        for (var descriptor = 0; descriptor < 3; descriptor++)
        {
            Check(posix_spawn_file_actions_addopen(silence, descriptor, "/dev/null", ReadWrite, 0));
        }
        var argv = Strings([file, .. arguments]);
        var envp = Strings([.. environment.Select(variable => $"{variable.Key}={variable.Value}")]);
        var clock = Stopwatch.GetTimestamp();
        int id,
            status;
        Check(posix_spawn(&id, file, silence, null, argv, envp));
        Check(waitpid(id, &status, 0) == id ? 0 : Marshal.GetLastPInvokeError());
        var time = Stopwatch.GetElapsedTime(clock);
        return status == 0 ? time : throw new InvalidOperationException($"{file} {string.Join(' ', arguments)} failed.");
    }

    private static byte** Strings(string[] values)
    {
        var block = (byte**)NativeMemory.AllocZeroed((nuint)(values.Length + 1), (nuint)sizeof(byte*)); // small, and the benchmark ends soon
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

    [LibraryImport("libc")]
    private static partial int posix_spawn_file_actions_init(void* actions);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int posix_spawn_file_actions_addopen(void* actions, int descriptor, string path, int flags, uint mode);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int posix_spawn(int* id, string file, void* actions, void* attributes, byte** argv, byte** envp);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int waitpid(int id, int* status, int options);
}
