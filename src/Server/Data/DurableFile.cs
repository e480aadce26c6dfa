using System.Runtime.InteropServices;

namespace Server.Data;

/// <summary>Files that must not be lost or half written: keys.</summary>
public static partial class DurableFile
{
    /// <summary>For its owner only; there as a whole or not at all; on disk when this returns.</summary>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        using (var file = Create(Temporary(path)))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }
        Publish(path);
    }

    /// <summary>As <see cref="Write(string, ReadOnlySpan{byte})"/>, of what is not in memory. Nothing is left of it if it fails.</summary>
    public static async Task<T> Write<T>(string path, Func<Stream, Task<T>> write)
    {
        T result;
        try
        {
            await using var file = Create(Temporary(path));
            result = await write(file);
            file.Flush(flushToDisk: true);
        }
        catch
        {
            File.Delete(Temporary(path));
            throw;
        }
        Publish(path);
        return result;
    }

    private static string Temporary(string path) => $"{path}.{Environment.ProcessId}.tmp";

    private static FileStream Create(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }
        return new(path, options);
    }

    private static void Publish(string path)
    {
        File.Move(Temporary(path), path, overwrite: true);
        SyncFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    /// <summary>A new name is on disk once the folder is.</summary>
    private static void SyncFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }
        var handle = Open(folder, 0);
        if (handle < 0 || Synchronize(handle) != 0)
        {
            var problem = Marshal.GetLastPInvokeErrorMessage();
            _ = handle < 0 ? 0 : Close(handle);
            throw new IOException($"The folder {folder} cannot be written to disk: {problem}");
        }
        _ = Close(handle);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Synchronize(int handle);

    [LibraryImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Close(int handle);
}
