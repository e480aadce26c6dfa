using System.Runtime.InteropServices;

namespace Cli;

/// <summary>The operating system's list of users (Linux and macOS).</summary>
internal static unsafe partial class UserDatabase
{
    /// <returns>Null for a user that the database does not know, as in containers that run under any number.</returns>
    public static string? HomeOfThisUser()
    {
        const int Room = 16 * 1024;
        var entry = stackalloc byte[256];
        var strings = (byte*)NativeMemory.Alloc(Room);
        try
        {
            byte* found = null;
            if (getpwuid_r(getuid(), entry, strings, Room, &found) != 0 || found is null)
            {
                return null;
            }
            return Marshal.PtrToStringUTF8(*(nint*)(entry + HomeField)) is { Length: > 0 } home ? home : null;
        }
        finally
        {
            NativeMemory.Free(strings);
        }
    }

    // struct passwd: name, password, uid and gid, then on macOS change time and class, then full name and home. 64-bit systems only.
    private static readonly int HomeField = OperatingSystem.IsMacOS() ? 48 : 32;

    [LibraryImport("libc")]
    private static partial uint getuid();

    [LibraryImport("libc")]
    private static partial int getpwuid_r(uint user, byte* entry, byte* strings, nuint room, byte** found);
}
