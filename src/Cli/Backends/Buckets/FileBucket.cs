using System.Security.Cryptography;
using Cli.Storage;

namespace Cli.Backends.Buckets;

/// <summary>A folder. A file is written beside its target, synced and renamed: a process that is killed leaves the old or the new one.</summary>
internal sealed class FileBucket(string folder) : IBucket
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const string Attributes = ".attrs";

    /// <param name="url"><c>file://</c> and an absolute, relative or home path; what follows a question mark is for the stock CLI's library.</param>
    public static FileBucket Open(Machine machine, string url)
    {
        var folder = FolderOf(machine, url);
        if (!Directory.Exists(folder))
        {
            var reason = File.Exists(folder) ? "not a directory" : "no such file or directory";
            var isShown = url == "file://" + folder;
            throw new UnopenedException(
                $"unable to open state directory \"{url}\" (resolved to \"{folder}\"): {reason}",
                isShown ? reason : $"stat {folder}: {reason}"
            );
        }
        return new(folder);
    }

    private static string FolderOf(Machine machine, string url)
    {
        var path = url["file://".Length..].Split('?')[0];
        var home = path is "~" || path.StartsWith("~/", StringComparison.Ordinal);
        return home
            ? Path.Combine(machine.UserHome.Value, path.TrimStart('~').TrimStart('/'))
            : Path.GetFullPath(path.Length == 0 ? "." : path, machine.WorkingDirectory);
    }

    public Task<byte[]?> Read(string key, CancellationToken ct) =>
        Try<byte[]?>(
            "reading",
            key,
            async () =>
            {
                try
                {
                    return await File.ReadAllBytesAsync(PathOf(key), ct);
                }
                catch (Exception problem) when (problem is FileNotFoundException or DirectoryNotFoundException)
                {
                    return null;
                }
            }
        );

    public async Task Write(string key, ReadOnlyMemory<byte> content, CancellationToken ct) => await Put(key, content, overwrite: true, ct);

    public Task<bool> Create(string key, ReadOnlyMemory<byte> content, CancellationToken ct) => Put(key, content, overwrite: false, ct);

    public Task Delete(string key, CancellationToken ct) =>
        Try(
            "removing",
            key,
            () =>
            {
                try
                {
                    File.Delete(PathOf(key));
                    File.Delete(PathOf(key) + Attributes);
                    SyncFolder(key);
                }
                catch (DirectoryNotFoundException)
                {
                    // Then it is not there either.
                }
                return Task.FromResult(true);
            }
        );

    public Task<IReadOnlyList<BucketEntry>> List(string prefix, CancellationToken ct) =>
        Try<IReadOnlyList<BucketEntry>>(
            "listing",
            prefix,
            () =>
            {
                var below = new DirectoryInfo(Path.GetDirectoryName(PathOf(prefix + "x"))!);
                if (!below.Exists)
                {
                    return Task.FromResult<IReadOnlyList<BucketEntry>>([]);
                }
                var options = prefix.EndsWith('/') ? SearchOption.AllDirectories : SearchOption.TopDirectoryOnly;
                var entries = below
                    .EnumerateFiles("*", options)
                    .Select(file => (Key: Path.GetRelativePath(folder, file.FullName).Replace('\\', '/'), file.LastWriteTimeUtc))
                    .Where(file => file.Key.StartsWith(prefix, StringComparison.Ordinal) && !IsOfNobody(file.Key))
                    .Select(file => new BucketEntry(file.Key, new DateTimeOffset(file.LastWriteTimeUtc)))
                    .OrderBy(entry => entry.Key, StringComparer.Ordinal);
                return Task.FromResult<IReadOnlyList<BucketEntry>>([.. entries]);
            }
        );

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private string PathOf(string key) => Path.Combine(folder, key);

    // Notes of the stock CLI's library beside its files, and what a killed process did not finish.
    private static bool IsOfNobody(string key) =>
        key.EndsWith(Attributes, StringComparison.Ordinal) || key.EndsWith(".tmp", StringComparison.Ordinal);

    private Task<bool> Put(string key, ReadOnlyMemory<byte> content, bool overwrite, CancellationToken ct) =>
        Try(
            "writing",
            key,
            async () =>
            {
                var target = PathOf(key);
                var parent = Path.GetDirectoryName(target)!;
                Directory.CreateDirectory(parent);
                var name = $".{Path.GetFileName(target)}.{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}.tmp";
                var temporary = Path.Combine(parent, name);
                try
                {
                    await WriteSynced(temporary, content, ct);
                    if (!overwrite && File.Exists(target))
                    {
                        return false;
                    }
                    File.Delete(target + Attributes); // describes the content that goes
                    File.Move(temporary, target, overwrite);
                    SyncFolder(key);
                    return true;
                }
                catch (IOException) when (!overwrite && File.Exists(target))
                {
                    return false;
                }
                finally
                {
                    File.Delete(temporary);
                }
            }
        );

    private static async Task WriteSynced(string path, ReadOnlyMemory<byte> content, CancellationToken ct)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly; // states hold what nobody else should read
        }
        await using var file = new FileStream(path, options);
        await file.WriteAsync(content, ct);
        file.Flush(flushToDisk: true);
    }

    private void SyncFolder(string key)
    {
        if (!OperatingSystem.IsWindows())
        {
            Unix.SyncFolder(Path.GetDirectoryName(PathOf(key))!);
        }
    }

    private async Task<T> Try<T>(string doing, string key, Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"{doing} '{PathOf(key)}': {FileFault.Reason(problem)}");
        }
    }
}
