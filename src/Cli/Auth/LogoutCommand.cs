using System.CommandLine;
using Cli.Invocation;
using Cli.Storage;

namespace Cli.Auth;

internal static class LogoutCommand
{
    public static PulumiCommand Create(Machine machine)
    {
        var argument = new Argument<string?>("url") { Arity = ArgumentArity.ZeroOrOne };
        var all = new Option<bool>("--all") { Description = "Log out of everything" };
        var cloud = new Option<string?>("--cloud-url", "-c") { Description = "The URL to log out of; the same as the argument" };
        var local = new Option<bool>("--local", "-l") { Description = "Log out of file://~" };
        var command = new PulumiCommand("logout", "Log out of a Pulumi state backend")
        {
            Explanation =
                "Log out of a Pulumi state backend.\n\nThis deletes the credentials that are stored on this machine. Without arguments it is the backend in use.\n"
                + "A login that refreshes itself is ended at the server first. An access token that you pasted stays good, since others may use it;\n"
                + "delete it in the server's console.",
            ArgumentNames = "[url]",
            MostArguments = 1,
            Candidates = StoredUrls.Of,
            Group = "Pulumi Cloud Commands",
            Alternatives =
            [
                [cloud, local, all],
            ],
            ArgumentIsAlternative = true,
        };
        command.Add(argument);
        command.Add(all);
        command.Add(cloud);
        command.Add(local);
        return command.Runs(
            machine,
            (session, parse, ct) =>
            {
                var (typed, url, home) = (parse.GetValue(argument), parse.GetValue(cloud), parse.GetValue(local));
                if (parse.GetValue(all))
                {
                    return !string.IsNullOrEmpty(typed) || !string.IsNullOrEmpty(url) ? throw OnlyOne()
                        : home ? throw new UserErrorException("only one of --all or --local may be specified, not both")
                        : All(session, ct);
                }
                if (!string.IsNullOrEmpty(typed) && !string.IsNullOrEmpty(url))
                {
                    throw OnlyOne();
                }
                return One(session, GivenUrl.Of(typed, url, home), ct);
            }
        );
    }

    private static UserErrorException OnlyOne() => new("only one of --all, --cloud-url or argument URL may be specified, not both");

    internal static async Task<int> All(Session session, CancellationToken ct)
    {
        var store = new CredentialStore(session);
        await Revocation.OfAll(session, store, ct);
        store.RemoveAll();
        new ConfigStore(session.Machine).Clear();
        await session.Out.WriteLineAsync("Logged out of everything");
        return 0;
    }

    internal static async Task<int> One(Session session, string? given, CancellationToken ct)
    {
        var store = new CredentialStore(session);
        try
        {
            var url = given is null
                ? BackendChoice.Configured(session, store, "could not determine current cloud: ").Url
                : BackendUrl.Normalize(given);
            var stored = store.ReadOrUndecryptable();
            if (stored.Holds(url))
            {
                await Revocation.Of(session, url, stored.Find(url), ct);
                store.Change(credentials => credentials.Remove(url));
            }
            else if (given is not null)
            {
                session.Say($"There was no login to {url}.");
            }
            new ConfigStore(session.Machine).Forget(url);
            await session.Out.WriteLineAsync($"Logged out of {url}");
        }
        catch (UndecryptableException)
        {
            store.RemoveAll();
            new ConfigStore(session.Machine).Clear();
            await session.Out.WriteLineAsync("Removed stored credentials that could no longer be decrypted; logged out of everything");
        }
        return 0;
    }
}
