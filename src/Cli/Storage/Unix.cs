using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Cli.Storage;

/// <summary>What .NET's file classes lack on Linux and macOS.</summary>
internal static partial class Unix
{
    private const int InterruptedCall = 4;
    private const int LockShared = 1;
    private const int LockExclusive = 2;

    /// <summary>Waits for the advisory lock that the stock CLI takes, too. It ends with the handle.</summary>
    public static void Lock(SafeFileHandle file, bool exclusive)
    {
        while (flock(file, exclusive ? LockExclusive : LockShared) != 0)
        {
            if (Marshal.GetLastPInvokeError() != InterruptedCall)
            {
                // File systems without locks exist (some network mounts); the rename keeps files whole there as well.
                return;
            }
        }
    }

    /// <summary>Waits for the lock on a folder itself, so that no lock file is left in it.</summary>
    /// <returns>What ends the lock; null where there is none to be had.</returns>
    public static IDisposable? LockFolder(string path)
    {
        var folder = open(path, 0);
        if (folder < 0)
        {
            return null;
        }
        var handle = new SafeFileHandle(folder, ownsHandle: true);
        Lock(handle, exclusive: true);
        return handle;
    }

    /// <summary>Makes a rename in this folder survive a power failure.</summary>
    public static void SyncFolder(string path)
    {
        var folder = open(path, 0);
        if (folder >= 0)
        {
            _ = fsync(folder);
            _ = close(folder);
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int flock(SafeFileHandle file, int operation);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc")]
    private static partial int fsync(int descriptor);

    [LibraryImport("libc")]
    private static partial int close(int descriptor);
}
