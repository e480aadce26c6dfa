using System.Text;
using System.Text.RegularExpressions;
using Cli.Backends.Buckets;

namespace Cli.Backends.Diy;

/// <summary><c>meta.yaml</c>: which layout a store has. Opening an empty store makes it.</summary>
internal static partial class StoreFormat
{
    /// <param name="toUpgrade">An old layout is no error for the command that gets rid of it.</param>
    public static async Task<Layout> Open(Session session, IBucket bucket, bool toUpgrade, CancellationToken ct)
    {
        if (await bucket.Read(Layout.Meta, ct) is { } meta)
        {
            if (VersionIn(meta) == "1")
            {
                if (!toUpgrade && !Silenced(session.Machine))
                {
                    WarnOfLeftovers(session, await LegacyStacks(bucket, ct));
                }
                return new(legacy: false);
            }
        }
        else if ((await LegacyStacks(bucket, ct)).Count == 0)
        {
            if (IsOn(session.Machine, "LEGACY_LAYOUT"))
            {
                return new(legacy: true);
            }
            await Write(bucket, ct);
            return new(legacy: false);
        }
        if (!toUpgrade)
        {
            RefuseLegacy(session.Machine);
        }
        return new(legacy: true);
    }

    public static Task Write(IBucket bucket, CancellationToken ct) => bucket.Write(Layout.Meta, "version: 1\n"u8.ToArray(), ct);

    public static async Task<IReadOnlyList<string>> LegacyStacks(IBucket bucket, CancellationToken ct) =>
        [
            .. (await bucket.List(Layout.Stacks, ct))
                .Select(entry => new Layout(legacy: true).StackOf(entry.Key)?.Name)
                .OfType<string>()
                .Distinct(StringComparer.Ordinal),
        ];

    /// <returns><c>0</c> or <c>1</c>.</returns>
    /// <exception cref="UserErrorException">It is one that we do not know.</exception>
    public static string VersionIn(byte[] meta)
    {
        var version = VersionLine().Match(Encoding.UTF8.GetString(meta)) is { Success: true } match ? match.Groups["version"].Value : "0";
        return version is "0" or "1"
            ? version
            : throw new UserErrorException(
                $"state store unsupported: 'meta.yaml' version ({version}) is not supported by this version of the Pulumi CLI"
            );
    }

    private static bool Silenced(Machine machine) => IsOn(machine, "NO_LEGACY_WARNING");

    private static bool IsOn(Machine machine, string name) =>
        machine.IsOn("PULUMI_DIY_BACKEND_" + name) || machine.IsOn("PULUMI_SELF_MANAGED_STATE_" + name);

    private static void WarnOfLeftovers(Session session, IReadOnlyList<string> stacks)
    {
        if (stacks.Count > 0)
        {
            session.Warn(
                $"""
                Found legacy stack files in state store:
                {string.Concat(stacks.Select(name => $"  - {name}\n"))}Please run 'pulumi state upgrade' to migrate them to the new format.
                Set PULUMI_DIY_BACKEND_NO_LEGACY_WARNING=1 to disable this warning.
                """
            );
        }
    }

    /// <exception cref="UserErrorException">Unless the user has said that the old layout is fine.</exception>
    public static void RefuseLegacy(Machine machine)
    {
        if (machine.IsOn("PULUMI_DIY_BACKEND_IGNORE_DEPRECATION_ERROR"))
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
