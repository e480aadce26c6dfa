using Cli.Backends.Diy;
using Cli.Storage;

namespace Cli.Auth;

/// <summary>Logging in to a folder: it must be there and be a state store that we may use.</summary>
internal static class FileLogin
{
    public static void Run(Session session, CredentialStore store, string url)
    {
        var folder = FolderOf(session.Machine, url, out var resolved);
        if (!Directory.Exists(folder))
        {
            var reason = File.Exists(folder) ? "not a directory" : "no such file or directory";
            throw new UserErrorException(resolved ? $"stat {folder}: {reason}" : reason);
        }
        OpenStore(session, Path.Combine(folder, ".pulumi"));
        store.Change(credentials => credentials.Store(url, new Account(""), makeCurrent: true));
    }

    /// <param name="resolved">Whether the folder is not what the address shows.</param>
    private static string FolderOf(Machine machine, string url, out bool resolved)
    {
        var path = url["file://".Length..].Split('?')[0];
        var home = path is "~" || path.StartsWith("~/", StringComparison.Ordinal);
        var full = home
            ? Path.Combine(machine.UserHome.Value, path.TrimStart('~').TrimStart('/'))
            : Path.GetFullPath(path.Length == 0 ? "." : path, machine.WorkingDirectory);
        resolved = full != path;
        return full;
    }

    private static void OpenStore(Session session, string store)
    {
        var meta = Path.Combine(store, "meta.yaml");
        try
        {
            if (File.Exists(meta))
            {
                _ = StoreFormat.VersionIn(File.ReadAllBytes(meta));
            }
            else if (HoldsLegacyStacks(store))
            {
                StoreFormat.RefuseLegacy(session.Machine);
            }
            else if (!session.Machine.IsOn("PULUMI_DIY_BACKEND_LEGACY_LAYOUT"))
            {
                Directory.CreateDirectory(store);
                File.WriteAllText(meta, "version: 1\n");
            }
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"could not open the state store: {problem.Message}");
        }
    }

    private static bool HoldsLegacyStacks(string store)
    {
        var stacks = Path.Combine(store, "stacks");
        return Directory.Exists(stacks) && Directory.EnumerateFiles(stacks, "*.json*").Any();
    }
}
