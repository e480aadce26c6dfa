using Cli.Config;
using Cli.Invocation;
using Cli.Stack;

namespace Cli.Env;

internal static class EnvRemoveCommand
{
    public static PulumiCommand Create(Machine machine)
    {
        var yes = StackOptions.Yes();
        var command = EnvironmentParts.Command(
            machine,
            "remove",
            "Delete an environment or a value",
            EnvCommand.OneEnvironment + " [path]",
            (0, 1),
            async (work, environment, rest, parse, ct) =>
            {
                if (rest.Length == 1)
                {
                    await EnvSetCommand.Run(work, environment, PropertyPath.Parse(rest[0]), value: null, ct);
                    return 0;
                }
                return await Remove(work, environment, new(work.Session, parse.GetValue(yes)), ct);
            },
            yes
        );
        command.Aliases.Add("rm");
        command.Aliases.Add("delete");
        return command;
    }

    private static async Task<int> Remove(
        EnvironmentWork work,
        EnvironmentName environment,
        Confirmation confirmation,
        CancellationToken ct
    )
    {
        if (!confirmation.Given)
        {
            if (!work.Session.Interactive)
            {
                throw new UserErrorException(
                    "--yes or PULUMI_SKIP_CONFIRMATIONS is needed to delete an environment in a non-interactive session"
                );
            }
            if (
                !await confirmation.ByTyping($"This will permanently remove the \"{environment}\" environment!", environment.ToString(), ct)
            )
            {
                return 1;
            }
        }
        await work.Client.Send(HttpMethod.Delete, environment.Path, null, ct);
        await work.Session.Out.WriteLineAsync($"Environment \"{environment}\" has been removed!");
        return 0;
    }
}
