namespace Server.Data;

/// <summary>A lock between processes: a file held open. The operating system lets go of it when the process ends, however it ends.</summary>
public sealed class FileLock : IDisposable
{
    private readonly FileStream _file;

    private FileLock(FileStream file) => _file = file;

    /// <returns>Null if another process holds it.</returns>
    public static FileLock? Try(string path)
    {
        try
        {
            return new(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException) when (File.Exists(path))
        {
            return null;
        }
    }

    public static FileLock Wait(string path)
    {
        FileLock? taken;
        while ((taken = Try(path)) is null)
        {
            Thread.Sleep(20);
        }
        return taken;
    }

    public void Dispose() => _file.Dispose();
}
