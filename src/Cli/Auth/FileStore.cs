namespace Cli.Auth;

/// <summary>A folder that keeps stacks. Opening it settles its layout, which <c>.pulumi/meta.yaml</c> records.</summary>
internal static class FileStore
{
    private const int SupportedVersion = 1;

    public static void Open(Session session, string url)
    {
        var folder = FolderOf(session.Machine, url);
        RequireFolder(url, folder);
        var state = Path.Combine(folder, ".pulumi");
        var meta = Path.Combine(state, "meta.yaml");
        try
        {
            var old = LegacyStacks.In(state);
            var version = File.Exists(meta) ? StoreMetadata.Version(File.ReadAllText(meta)) : Settle(session, meta, old);
            Judge(session, version, old);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException(fault.Message);
        }
    }

    private static string FolderOf(Machine machine, string url)
    {
        var path = url["file://".Length..];
        if (path is "~" || path.StartsWith("~/", StringComparison.Ordinal))
        {
            path = machine.UserHome.Value + path[1..];
        }
        return Path.GetFullPath(path.Length == 0 ? "." : path, machine.WorkingDirectory);
    }

    private static void RequireFolder(string url, string folder)
    {
        if (Directory.Exists(folder))
        {
            return;
        }
        var reason = File.Exists(folder) ? "not a directory" : "no such file or directory";
        // The whole of it where the address does not show which folder was looked for.
        throw new UserErrorException(
            url["file://".Length..].TrimEnd('/').Equals(folder, StringComparison.Ordinal) ? reason : $"stat {folder}: {reason}"
        );
    }

    /// <returns>The version of a store that has none on record.</returns>
    private static int Settle(Session session, string meta, IReadOnlyList<string> old)
    {
        if (
            old.Count > 0
            || session.Machine.IsOn("PULUMI_DIY_BACKEND_LEGACY_LAYOUT")
            || session.Machine.IsOn("PULUMI_SELF_MANAGED_STATE_LEGACY_LAYOUT")
        )
        {
            return 0;
        }
        StoreMetadata.Write(meta, SupportedVersion);
        return SupportedVersion;
    }

    private static void Judge(Session session, int version, IReadOnlyList<string> old)
    {
        if (version > SupportedVersion)
        {
            throw new UserErrorException(
                $"state store unsupported: 'meta.yaml' version ({version}) is not supported by this version of the Pulumi CLI"
            );
        }
        if (version == 0 && !session.Machine.IsOn("PULUMI_DIY_BACKEND_IGNORE_DEPRECATION_ERROR"))
        {
            throw new UserErrorException(LegacyStacks.Deprecation);
        }
        var isSilenced =
            session.Machine.IsOn("PULUMI_DIY_BACKEND_NO_LEGACY_WARNING")
            || session.Machine.IsOn("PULUMI_SELF_MANAGED_STATE_NO_LEGACY_WARNING");
        if (version > 0 && old.Count > 0 && !isSilenced)
        {
            session.Warn(LegacyStacks.Warning(old));
        }
    }
}
