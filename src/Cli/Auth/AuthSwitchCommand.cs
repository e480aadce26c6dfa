using System.CommandLine;
using System.Text;
using Cli.Invocation;
using Cli.Storage;

namespace Cli.Auth;

internal static class AuthSwitchCommand
{
    public static PulumiCommand Create(Machine machine)
    {
        var argument = new Argument<string?>("login") { Arity = ArgumentArity.ZeroOrOne };
        var here = new Option<bool>("--here")
        {
            Description = $"Use the profile in this directory and all below it, by a file {Profile.BindingFile}",
        };
        var command = new PulumiCommand("switch", "Make another stored login or profile the one in use")
        {
            Explanation = $"""
                Make another stored login, or another profile, the one in use.

                The argument is the address of a backend that is logged in to, or the name of a profile; '{Profile.Default}' is the one
                without a name. Without an argument you choose from a list.
                """,
            ArgumentNames = "[url-or-profile]",
            MostArguments = 1,
            Candidates = m => StoredUrls.Of(m).Concat(Profile.All(m)).Append(Profile.Default),
        };
        command.Add(argument);
        command.Add(here);
        return command.Runs(machine, (session, parse, ct) => Run(session, parse.GetValue(argument), parse.GetValue(here), ct));
    }

    private static async Task<int> Run(Session session, string? wanted, bool here, CancellationToken ct)
    {
        var store = new CredentialStore(session);
        var (urls, profiles) = (store.Read().Urls, Profile.All(session.Machine).Append(Profile.Default).ToList());
        wanted ??= await Choose(session, [.. urls, .. profiles], ct);
        var url = BackendUrl.Normalize(wanted);
        if (!here && urls.Contains(url))
        {
            store.Change(credentials => credentials.Use(url));
            await session.Out.WriteLineAsync($"Switched to {BackendUrl.WithoutCredentials(url)}");
            Overruled(session, store, url);
            return 0;
        }
        if (!profiles.Contains(wanted))
        {
            throw new UserErrorException(
                $"'{wanted}' is neither a backend that is logged in to nor a profile; `pulumi auth list` shows them, "
                    + $"`pulumi login {wanted}` or `pulumi login --profile {wanted}` makes one"
            );
        }
        if (here)
        {
            var file = Path.Combine(session.Machine.WorkingDirectory, Profile.BindingFile);
            await File.WriteAllTextAsync(file, wanted + "\n", ct);
            await session.Out.WriteLineAsync($"{session.Machine.WorkingDirectory} now uses the profile '{wanted}' ({file})");
            return 0;
        }
        new PrivateFile(Places.ChosenProfile(session.Machine)).Change(_ =>
            wanted == Profile.Default ? null : Encoding.UTF8.GetBytes(wanted + "\n")
        );
        await session.Out.WriteLineAsync($"Switched to the profile '{wanted}'");
        if (Profile.Of(session.Machine) is { By: not ProfileChosenBy.Switch } closer)
        {
            session.Warn(
                $"here '{closer.Name}' is used all the same, by {closer.File ?? (closer.By == ProfileChosenBy.Flag ? "--profile" : "PULUMI_PROFILE")}"
            );
        }
        return 0;
    }

    private static async Task<string> Choose(Session session, IReadOnlyList<string> choices, CancellationToken ct) =>
        session.Interactive
            ? await session.Machine.Terminal.Choose("Please choose a login or a profile:", choices, ct)
                ?? throw new UserErrorException("nothing was chosen; the login in use stays as it was")
            : throw new UserErrorException("say which login to switch to; `pulumi auth list` shows them");

    /// <summary>What was chosen by hand is not always what counts.</summary>
    private static void Overruled(Session session, CredentialStore store, string url)
    {
        var choice = BackendChoice.Configured(session, store, "");
        if (choice.Url != url)
        {
            var by = choice.By == ChosenBy.Environment ? "PULUMI_BACKEND_URL" : $"backend.url in {choice.ProjectFile}";
            session.Warn($"here {BackendUrl.WithoutCredentials(choice.Url)} is used all the same, by {by}");
        }
    }
}
