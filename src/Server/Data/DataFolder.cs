using System.Runtime.InteropServices;
using Server.Settings;

namespace Server.Data;

/// <summary>The one folder that holds everything, made and kept for its owner only.</summary>
public static partial class DataFolder
{
    /// <exception cref="SettingsException">It cannot be made or written.</exception>
    public static void Prepare(string path)
    {
        KeepOthersOut();
        try
        {
            Directory.CreateDirectory(path);
            var probe = Path.Combine(path, $".probe-{Environment.ProcessId}");
            File.WriteAllText(probe, "");
            File.Delete(probe);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException(
                $"The data folder {path} cannot be written: {problem.Message}\nChoose another with --data DIR, or give this user the right to write there."
            );
        }
    }

    /// <summary>From here on every file this process makes is for its owner only: the database and its journals, keys, backups.</summary>
    private static void KeepOthersOut()
    {
        if (!OperatingSystem.IsWindows())
        {
            _ = SetFileModeMask(Convert.ToUInt32("077", 8));
        }
    }

    [LibraryImport("libc", EntryPoint = "umask")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial uint SetFileModeMask(uint mask);
}
