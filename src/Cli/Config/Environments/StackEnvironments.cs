namespace Cli.Config.Environments;

/// <summary>What can be said of a stack's environments without opening them.</summary>
internal static class StackEnvironments
{
    /// <summary>Their values would be part of the answer.</summary>
    public static void WarnUnresolved(ConfigWork work)
    {
        var names = work.Config.Environments;
        if (names.Count > 0 || work.Config.DefinesEnvironment)
        {
            var which = names.Count > 0 ? "environments " + string.Join(", ", names) : "environment that its file defines";
            work.Session.Warn($"values from the stack's {which} are not shown: this program does not open environments yet");
        }
    }

    /// <param name="instead">What <c>pulumi env</c> does with the environment, in its words.</param>
    public static void RefuseRemote(ConfigWork work, string command, Func<string, string> instead)
    {
        if (work.Details.RemoteEnvironment is { } environment)
        {
            throw new UserErrorException(
                $"config {command} not supported for remote stack config: use `pulumi env {instead(environment)}`"
            );
        }
    }

    public static string Edit(string environment) => "edit " + environment;

    public static void RequireCloud(ConfigWork work)
    {
        if (!work.Place.Backend.IsCloud)
        {
            throw new UserErrorException(
                $"backend {work.Place.Backend.Name} does not support environments; Pulumi ESC environments require the Pulumi Cloud backend, "
                    + "use `pulumi login` without arguments to log into the Pulumi Cloud backend"
            );
        }
    }
}
