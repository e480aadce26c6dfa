using System.Text.RegularExpressions;
using Cli.Storage;

namespace Cli.Auth;

/// <summary>Logging in to a folder: it must be there and be a state store that we may use.</summary>
internal static partial class FileLogin
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
                CheckVersion(File.ReadAllText(meta));
            }
            else if (HoldsLegacyStacks(store))
            {
                RefuseLegacy(session);
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

    private static void CheckVersion(string meta)
    {
        var version = VersionLine().Match(meta) is { Success: true } match ? match.Groups["version"].Value : "0";
        if (version is not ("0" or "1"))
        {
            throw new UserErrorException(
                $"state store unsupported: 'meta.yaml' version ({version}) is not supported by this version of the Pulumi CLI"
            );
        }
    }

    private static bool HoldsLegacyStacks(string store)
    {
        var stacks = Path.Combine(store, "stacks");
        return Directory.Exists(stacks) && Directory.EnumerateFiles(stacks, "*.json*").Any();
    }

    private static void RefuseLegacy(Session session)
    {
        if (session.Machine.IsOn("PULUMI_DIY_BACKEND_IGNORE_DEPRECATION_ERROR"))
        {
            return;
        }
        var line = new string('=', 80);
        throw new UserErrorException(
            $"""
            {line}
            Legacy DIY state is deprecated, please upgrade your state to project mode using:
            'pulumi state upgrade'

            It is due to be removed in a future release before the end of this year (2026).
            If you have any feedback or concerns, please let us know by commenting on the
            issue at https://github.com/pulumi/pulumi/issues/19566.
            Set PULUMI_DIY_BACKEND_IGNORE_DEPRECATION_ERROR=1 to disable this error.
            {line}
            """
        );
    }

    [GeneratedRegex(
        @"^\s*version:\s*(?<version>\d+)\s*$",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex VersionLine();
}
