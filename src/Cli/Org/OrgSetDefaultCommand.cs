using System.CommandLine;
using Cli.Auth;
using Cli.Invocation;
using Cli.Storage;

namespace Cli.Org;

internal static class OrgSetDefaultCommand
{
    public static PulumiCommand Create(Machine machine)
    {
        var name = new Argument<string>("name");
        var command = new PulumiCommand("set-default", "Set the default org for the current backend")
        {
            Explanation =
                "Set the default org for the current backend.\n\nStack names without an organization then belong to it, on this machine.",
            ArgumentNames = "<name>",
            FewestArguments = 1,
            MostArguments = 1,
        };
        command.Add(name);
        return command.Runs(machine, (session, parse, ct) => Run(session, parse.GetValue(name)!, ct));
    }

    internal static async Task<int> Run(Session session, string name, CancellationToken ct)
    {
        var login = await CurrentLogin.Ensure(session, ct);
        if (login.Account is null)
        {
            throw new UserErrorException(
                $"unable to set a default organization for backend type: {BackendName.Of(session.Machine, login.Url)}"
            );
        }
        new ConfigStore(session.Machine).SetDefaultOrganization(login.Url, name);
        return 0;
    }
}
