using Cli.Invocation;

namespace Cli.Auth;

/// <summary>The stored logins. Ours: the stock CLI has no such commands.</summary>
internal static class AuthCommand
{
    public static PulumiCommand Create(Machine machine)
    {
        var command = new PulumiCommand("auth", "See and switch the logins that are stored")
        {
            Explanation = """
                See and switch the logins that are stored.

                A profile is a set of logins with a name. One is made by logging in with it, and used by naming it:

                    $ pulumi login --profile work https://pulumi.acmecorp.com
                    $ pulumi stack ls --profile work

                or with PULUMI_PROFILE, or for a directory and all below it:

                    $ pulumi auth switch work --here
                """,
            Group = "Pulumi Cloud Commands",
        };
        command.Add(AuthStatusCommand.Create(machine));
        command.Add(AuthListCommand.Create(machine));
        command.Add(AuthSwitchCommand.Create(machine));
        command.Add(AuthTokenCommand.Create(machine));
        command.Add(AuthRefreshCommand.Create(machine));
        return command;
    }
}
