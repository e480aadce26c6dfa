using Cli.Invocation;

namespace Cli.About;

internal static class AboutEnvCommand
{
    public static PulumiCommand Create(Machine machine) =>
        new PulumiCommand("env", "Print the environment variables that this program reads") { Group = "Available Commands" }.Runs(
            machine,
            (session, _, _) => Run(session)
        );

    internal static async Task<int> Run(Session session)
    {
        List<string[]> rows =
        [
            ["Variable", "Description", "Value"],
        ];
        rows.AddRange(KnownVariables.All.Select(known => new[] { known.Name, known.Meaning, Shown(session.Machine, known) }));
        await session.Out.WriteAsync(Table.Of(rows));
        return 0;
    }

    private static string Shown(Machine machine, KnownVariable known) =>
        machine.Variable(known.Name) is not { } value ? ""
        : known.IsSecret ? "[secret]"
        : value;
}
