using Cli.Invocation;

namespace Cli;

internal static class VersionCommand
{
    public static PulumiCommand Create(Machine machine) =>
        new PulumiCommand("version", "Print the version of this program") { Group = "Other Commands" }.Runs(
            machine,
            (session, _, _) => Run(session)
        );

    internal static async Task<int> Run(Session session)
    {
        await session.Out.WriteLineAsync(Versions.Current);
        return 0;
    }
}
