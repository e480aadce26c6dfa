using System.CommandLine;
using Cli.Invocation;
using Cli.Storage;

namespace Cli.Auth;

internal static class LogoutCommand
{
    public static PulumiCommand Create(Machine machine)
    {
        var url = new Argument<string?>("url") { Arity = ArgumentArity.ZeroOrOne };
        var all = new Option<bool>("--all") { Description = "Delete every stored login" };
        var cloudUrl = new Option<string?>("--cloud-url", "-c") { Description = "The URL to log out of; same as the argument" };
        var local = new Option<bool>("--local", "-l")
        {
            Description = "Log out of state kept under your home directory: short for file://~",
        };
        var command = new PulumiCommand("logout", "Log out of a Pulumi state backend")
        {
            Explanation =
                "Log out of a Pulumi state backend.\n\n"
                + "This deletes the stored login of the URL, or of the backend in use. Nothing is sent: an access token stays valid\n"
                + "until you delete it at the server.",
            ArgumentNames = "[url]",
            MostArguments = 1,
            Group = "Pulumi Cloud Commands",
            Alternatives =
            [
                [cloudUrl, local, all],
            ],
            ArgumentIsAlternative = true,
            Candidates = StoredUrls.Of,
        };
        command.Add(url);
        command.Add(all);
        command.Add(cloudUrl);
        command.Add(local);
        return command.Runs(
            machine,
            (session, parse, _) =>
                Run(session, parse.GetValue(url) ?? "", parse.GetValue(cloudUrl) ?? "", parse.GetValue(local), parse.GetValue(all))
        );
    }

    internal static Task<int> Run(Session session, string argument, string cloudUrl, bool local, bool all)
    {
        var ways = (argument.Length > 0 ? 1 : 0) + (cloudUrl.Length > 0 ? 1 : 0) + (all ? 1 : 0);
        if (ways > 1)
        {
            throw new UserErrorException("only one of --all, --cloud-url or argument URL may be specified, not both");
        }
        if (local && (argument.Length > 0 || cloudUrl.Length > 0))
        {
            throw new UserErrorException("a URL may not be specified when --local mode is enabled");
        }
        if (local && all)
        {
            throw new UserErrorException("only one of --all or --local may be specified, not both");
        }
        var given =
            local ? BackendUrl.Local
            : argument.Length > 0 ? argument
            : cloudUrl;
        return all ? FromEverything(session) : FromOne(session, given);
    }

    private static async Task<int> FromEverything(Session session)
    {
        new CredentialStore(session).RemoveAll();
        new ConfigStore(session.Machine).Clear();
        await session.Out.WriteLineAsync("Logged out of everything");
        return 0;
    }

    private static async Task<int> FromOne(Session session, string given)
    {
        try
        {
            var url = given.Length > 0 ? BackendUrl.Normalize(given) : Configured(session);
            var store = new CredentialStore(session);
            var credentials = store.ReadOrUndecryptable();
            if (credentials.Holds(url))
            {
                store.Change(stored => stored.Remove(url));
            }
            else
            {
                session.Say($"There was no login to {url}.");
            }
            new ConfigStore(session.Machine).Forget(url);
            await session.Out.WriteLineAsync($"Logged out of {url}");
        }
        catch (UndecryptableException)
        {
            new CredentialStore(session).RemoveAll();
            new ConfigStore(session.Machine).Clear();
            await session.Out.WriteLineAsync("Removed stored credentials that could no longer be decrypted; logged out of everything");
        }
        return 0;
    }

    private static string Configured(Session session)
    {
        var project = ProjectFile.FindUpward(session.Machine.WorkingDirectory);
        try
        {
            return ConfiguredBackend.Resolve(session, project).Url;
        }
        catch (UserErrorException error)
        {
            throw new UserErrorException($"could not determine current cloud: {error.Message}");
        }
    }
}
