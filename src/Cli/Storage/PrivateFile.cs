using Microsoft.Win32.SafeHandles;

namespace Cli.Storage;

/// <summary>
/// A file that holds secrets: its owner's only, replaced as a whole, changed by one process at a time. Two locks are held over a change: one
/// on a file of our own beside it, which outlives the replacement, and the stock CLI's on the file itself, since that program writes in place.
/// </summary>
internal sealed class PrivateFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly string target;

    public PrivateFile(string path)
    {
        Path = path;
        // A link stays a link: what it points to is replaced.
        target = new FileInfo(path).LinkTarget is null ? path : File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
    }

    public string Path { get; }

    private string Folder => System.IO.Path.GetDirectoryName(target)!;
    private string TemporaryPrefix => $".{System.IO.Path.GetFileName(target)}.";

    /// <returns>Empty when there is no file.</returns>
    public byte[] Read()
    {
        try
        {
            using var file = Open(FileAccess.Read);
            if (OperatingSystem.IsWindows())
            {
                return ReadAll(file);
            }
            Unix.Lock(file, exclusive: false);
            return ReadAll(file);
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            return [];
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"reading '{Path}': {FileFault.Reason(fault)}");
        }
    }

    /// <param name="change">From the present content (empty when there is none) to the new one; null deletes the file.</param>
    public void Change(Func<byte[], byte[]?> change)
    {
        CreateFolder();
        using var ours = TakeOwnLock();
        using var theirs = TakeTheirLock();
        RemoveLeftovers();
        var before = Read(theirs);
        var after = change(before);
        if (after is null)
        {
            Delete();
        }
        else if (!after.AsSpan().SequenceEqual(before))
        {
            Replace(after, theirs);
        }
    }

    /// <summary>Takes the lock without touching the file.</summary>
    public IDisposable Hold()
    {
        CreateFolder();
        return TakeOwnLock();
    }

    /// <summary>Deletes whatever is there, without looking at it.</summary>
    public void Remove()
    {
        if (Directory.Exists(Folder))
        {
            using var ours = TakeOwnLock();
            RemoveLeftovers();
            Delete();
        }
    }

    private void Replace(byte[] content, SafeFileHandle? existing)
    {
        var temporary = System.IO.Path.Combine(Folder, TemporaryPrefix + Guid.CreateVersion7().ToString("n") + ".tmp");
        try
        {
            Write(temporary, content, existing);
            if (OperatingSystem.IsWindows())
            {
                // Windows does not replace a file that is open here.
                existing?.Dispose();
            }
            File.Move(temporary, target, overwrite: true);
            SyncFolder();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            File.Delete(temporary);
            throw new UserErrorException($"writing '{Path}': {FileFault.Reason(fault)}");
        }
    }

    private static void Write(string temporary, byte[] content, SafeFileHandle? existing)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }
        using var file = new FileStream(temporary, options);
        if (!OperatingSystem.IsWindows() && existing is not null)
        {
            // Somebody may have chosen another mode on purpose.
            File.SetUnixFileMode(file.SafeFileHandle, File.GetUnixFileMode(existing));
        }
        file.Write(content);
        file.Flush(flushToDisk: true);
    }

    private void Delete()
    {
        try
        {
            File.Delete(target);
            SyncFolder();
        }
        catch (DirectoryNotFoundException)
        {
            // Then it is gone already.
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"removing '{Path}': {FileFault.Reason(fault)}");
        }
    }

    // What a killed process left behind; nobody else is writing while we hold the lock.
    private void RemoveLeftovers()
    {
        foreach (var leftover in Directory.EnumerateFiles(Folder, TemporaryPrefix + "*.tmp"))
        {
            File.Delete(leftover);
        }
    }

    private void CreateFolder()
    {
        try
        {
            if (Directory.Exists(Folder))
            {
                return;
            }
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(Folder);
            }
            else
            {
                Directory.CreateDirectory(Folder, OwnerOnly | UnixFileMode.UserExecute);
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"failed to create '{Folder}': {FileFault.Reason(fault)}");
        }
    }

    private FileStream TakeOwnLock()
    {
        var path = System.IO.Path.Combine(Folder, TemporaryPrefix + "lock");
        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = OperatingSystem.IsWindows() ? FileShare.None : FileShare.ReadWrite,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }
        while (true)
        {
            try
            {
                var file = new FileStream(path, options);
                if (!OperatingSystem.IsWindows())
                {
                    Unix.Lock(file.SafeFileHandle, exclusive: true);
                }
                return file;
            }
            catch (IOException) when (OperatingSystem.IsWindows())
            {
                Thread.Sleep(5);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                throw new UserErrorException($"writing '{Path}': {FileFault.Reason(fault)}");
            }
        }
    }

    /// <returns>Null when there is no file to lock.</returns>
    private SafeFileHandle? TakeTheirLock()
    {
        try
        {
            var file = Open(FileAccess.ReadWrite);
            if (!OperatingSystem.IsWindows())
            {
                Unix.Lock(file, exclusive: true);
            }
            return file;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"writing '{Path}': {FileFault.Reason(fault)}");
        }
    }

    private SafeFileHandle Open(FileAccess access) =>
        File.OpenHandle(target, FileMode.Open, access, FileShare.ReadWrite | FileShare.Delete);

    private static byte[] Read(SafeFileHandle? file) => file is null ? [] : ReadAll(file);

    private static byte[] ReadAll(SafeFileHandle file)
    {
        var content = new byte[RandomAccess.GetLength(file)];
        var length = 0;
        while (length < content.Length)
        {
            var read = RandomAccess.Read(file, content.AsSpan(length), length);
            if (read == 0)
            {
                break;
            }
            length += read;
        }
        return content[..length];
    }

    private void SyncFolder()
    {
        if (!OperatingSystem.IsWindows())
        {
            Unix.SyncFolder(Folder);
        }
    }
}

internal static class FileFault
{
    /// <summary>What went wrong, without the path, in the operating system's words.</summary>
    public static string Reason(Exception fault) =>
        fault switch
        {
            FileNotFoundException or DirectoryNotFoundException => "no such file or directory",
            UnauthorizedAccessException => "permission denied",
            _ => fault.Message,
        };
}
