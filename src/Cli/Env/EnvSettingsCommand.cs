using System.Text.Json.Nodes;
using Cli.Invocation;

namespace Cli.Env;

internal static class EnvSettingsCommand
{
    private const string Protected = "deletion-protected";

    public static PulumiCommand Create(Machine machine)
    {
        var command = new PulumiCommand("settings", "Manage an environment's settings");
        command.Add(EnvironmentParts.Env());
        command.Add(
            EnvironmentParts.Command(
                machine,
                "get",
                "Print settings",
                EnvCommand.OneEnvironment + " [<setting-name>]",
                (0, 1),
                async (work, environment, rest, _, ct) =>
                {
                    var settings = await work.Client.Ask(HttpMethod.Get, environment.Path + "/settings", null, ct);
                    var value = settings["deletionProtected"]?.GetValue<bool>() == true ? "true" : "false";
                    await work.Session.Out.WriteLineAsync(rest.Length == 1 ? Named(rest[0], value) : $"{Protected}: {value}");
                    return 0;
                }
            )
        );
        command.Add(
            EnvironmentParts.Command(
                machine,
                "set",
                "Change a setting",
                EnvCommand.OneEnvironment + " <setting-name> <setting-value>",
                (2, 2),
                async (work, environment, rest, _, ct) =>
                {
                    var on = bool.TryParse(Named(rest[0], rest[1]), out var given)
                        ? given
                        : throw new UserErrorException($"invalid value \"{rest[1]}\" for {Protected}; use true or false");
                    await work.Client.Send(
                        HttpMethod.Patch,
                        environment.Path + "/settings",
                        new JsonObject { ["deletionProtected"] = on },
                        ct
                    );
                    return 0;
                }
            )
        );
        return command;
    }

    private static string Named(string setting, string value) =>
        setting == Protected ? value : throw new UserErrorException($"unknown setting \"{setting}\"; there is {Protected}");
}
