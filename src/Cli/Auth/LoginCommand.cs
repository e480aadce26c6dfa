using System.CommandLine;
using Cli.Api;
using Cli.Invocation;
using Cli.Project;
using Cli.Storage;

namespace Cli.Auth;

internal static class LoginCommand
{
    public static PulumiCommand Create(Machine machine)
    {
        var argument = new Argument<string?>("url") { Arity = ArgumentArity.ZeroOrOne };
        var cloud = new Option<string?>("--cloud-url", "-c")
        {
            Description = "The URL of the Pulumi Cloud API to log in with (e.g., 'https://api.pulumi.com')",
        };
        var local = new Option<bool>("--local", "-l") { Description = "Keep state on this machine, under ~/.pulumi: short for file://~" };
        var organization = new Option<string?>("--default-org", "-d")
        {
            Description = "The organization to use where a command names none",
        };
        var insecure = new Option<bool>("--insecure")
        {
            Description = "Do not verify the server's TLS certificate, now and in later commands",
        };
        var authorities = new Option<string?>("--ca-file")
        {
            Description = "Also trust the certificate authorities in this PEM file, now and in later commands",
        };
        var interactive = new Option<bool>("--interactive") { Description = "Choose among the accounts that are already stored" };
        var stdin = new Option<bool>("--token-stdin") { Description = "Read the access token from standard input" };
        var device = new Option<bool>("--device") { Description = "Log in with a browser on another device: type a code there" };
        var encryption = new Option<bool>("--require-encryption")
        {
            Description = "Store the credentials encrypted or not at all, now and in later commands",
        };
        var oidc = OidcOptions.Create();
        var command = new PulumiCommand("login", "Log in to a Pulumi state backend")
        {
            Explanation = Help,
            ArgumentNames = "[url]",
            MostArguments = 1,
            Candidates = StoredUrls.Of,
            Group = "Pulumi Cloud Commands",
            Alternatives =
            [
                [cloud, local],
            ],
            ArgumentIsAlternative = true,
        };
        command.Add(argument);
        foreach (
            var option in new Option[] { cloud, local, organization, insecure, authorities, interactive, stdin, device, encryption }.Concat(
                oidc.All
            )
        )
        {
            command.Add(option);
        }
        return command.Runs(
            machine,
            (session, parse, ct) =>
            {
                var url = GivenUrl.Of(parse.GetValue(argument), parse.GetValue(cloud), parse.GetValue(local));
                var wishes = new LoginWishes(
                    url,
                    parse.GetValue(organization) is { Length: > 0 } name ? name : null,
                    new Trust(parse.GetValue(insecure), CertificateTrust.FileOf(session, parse.GetValue(authorities))),
                    parse.GetValue(interactive),
                    parse.GetValue(stdin),
                    parse.GetValue(device),
                    parse.GetValue(encryption),
                    oidc.Read(parse)
                );
                return Run(session, wishes, ct);
            }
        );
    }

    internal static async Task<int> Run(Session session, LoginWishes wishes, CancellationToken ct)
    {
        var store = new CredentialStore(session) { RequiresEncryption = wishes.RequiresEncryption };
        await UndecryptableCredentials.Replace(session, store, ct);
        var choice = await Choose(session, store, wishes, ct);
        if (
            choice.By == ChosenBy.User
            && session.Machine.Variable("PULUMI_BACKEND_URL") is { } variable
            && wishes.Url is { } typed
            && variable != typed
        )
        {
            session.Say(
                $"Warning: The PULUMI_BACKEND_URL environment variable is set to '{variable}', which conflicts with the login URL '{typed}'."
            );
        }
        var account = await LogIn(session, store, choice, wishes, ct);
        if (wishes.DefaultOrganization is { } organization)
        {
            new ConfigStore(session.Machine).SetDefaultOrganization(choice.Url, organization);
        }
        await session.Out.WriteLineAsync($"Logged in to {BackendName.Of(session.Machine, choice.Url)} as {account}");
        return 0;
    }

    private static async Task<BackendChoice> Choose(Session session, CredentialStore store, LoginWishes wishes, CancellationToken ct)
    {
        if (wishes.Url is { } url)
        {
            ProjectFile.Near(session.Machine); // a broken project file stops every command
            return BackendChoice.OfUser(url);
        }
        if (wishes.Interactive && session.Interactive && store.Read().Urls is { Count: > 0 } urls)
        {
            var chosen =
                await session.Machine.Terminal.Choose($"Please choose an account ({urls.Count} total):", urls, ct)
                ?? throw new UserErrorException("no account selected; please use `pulumi login --interactive` to choose one");
            return BackendChoice.OfUser(chosen);
        }
        return BackendChoice.Configured(session, store, "could not determine current cloud: ");
    }

    /// <returns>What stands behind "as" in the last line.</returns>
    private static async Task<string> LogIn(
        Session session,
        CredentialStore store,
        BackendChoice choice,
        LoginWishes wishes,
        CancellationToken ct
    )
    {
        if (!BackendUrl.IsCloud(choice.Url) && wishes.Oidc.AnyGiven)
        {
            throw new UserErrorException(
                "oidc-token, oidc-org, oidc-team, oidc-user, and oidc-expiration flags are not supported for this type of backend"
            );
        }
        try
        {
            if (!BackendUrl.IsCloud(choice.Url))
            {
                await StoreLogin.Run(session, store, choice.Url, ct);
            }
            else
            {
                var account = await LogInToCloud(session, store, choice.Url, wishes, ct);
                return $"{account.UserName} ({BackendName.PageOf(session.Machine, choice.Url, account.UserName)})";
            }
        }
        catch (UserErrorException problem) when (problem is not OidcArgumentException)
        {
            throw new UserErrorException(choice.FailurePrefix + problem.Message + choice.FailureHint, problem.Exit);
        }
        return wishes.DefaultOrganization is null
            ? $"{session.Machine.UserName()} ({choice.Url})"
            : throw new UserErrorException("unable to set default org for this type of backend");
    }

    private static async Task<Account> LogInToCloud(
        Session session,
        CredentialStore store,
        string url,
        LoginWishes wishes,
        CancellationToken ct
    )
    {
        var trust = CertificateTrust.Of(session, store, url, wishes.Trust);
        try
        {
            return await LogInToCloud(session, store, url, trust, wishes, ct);
        }
        catch (UntrustedCertificateException problem) when (session.Interactive && !wishes.TokenFromInput)
        {
            trust = await CertificateTrust.AskFor(session, url, problem, trust, ct);
            return await LogInToCloud(session, store, url, trust, wishes, ct);
        }
    }

    private static async Task<Account> LogInToCloud(
        Session session,
        CredentialStore store,
        string url,
        Trust trust,
        LoginWishes wishes,
        CancellationToken ct
    )
    {
        var login = new CloudLogin(session, store, url, trust) { ByDevice = wishes.ByDevice };
        if (wishes.Oidc.Token is not null)
        {
            return await login.With(await new OidcExchange(session, url, trust).Run(wishes.Oidc, ct), makeCurrent: true, ct);
        }
        if (!wishes.TokenFromInput)
        {
            return await login.Run(makeCurrent: true, ct);
        }
        var token = (await session.Machine.Terminal.In.ReadToEndAsync(ct)).Trim();
        return token.Length > 0
            ? await login.With(token, makeCurrent: true, ct)
            : throw new UserErrorException(
                "standard input holds no access token; pipe one in, for instance: pulumi login --token-stdin < token-file"
            );
    }

    private const string Help = """
        Log in to a Pulumi state backend.

        A backend keeps the state of your stacks. Without arguments this is Pulumi Cloud. The access token comes from
        PULUMI_ACCESS_TOKEN if that is set; otherwise you are asked for one, and may log in with your browser instead.

        To log in to a server of your own, give its address:

            $ pulumi login https://api.pulumi.acmecorp.com

        Over SSH or in a container, where no browser opens, log in with one elsewhere:

            $ pulumi login https://api.pulumi.acmecorp.com --device

        In a script, pipe the token in instead of showing it to everybody in the list of processes:

            $ pulumi login https://api.pulumi.acmecorp.com --token-stdin < token-file

        Where a private authority signed the server's certificate, name that once:

            $ pulumi login https://api.pulumi.acmecorp.com --ca-file acme.pem

        To keep state in a folder, a bucket or a database:

            $ pulumi login file:///var/state
            $ pulumi login s3://my-bucket
            $ pulumi login gs://my-bucket
            $ pulumi login azblob://my-container
            $ pulumi login postgres://user:password@host:5432/database

        `pulumi login --local` is short for `pulumi login file://~`: state goes to ~/.pulumi on this machine.
        """;
}

/// <param name="Url">As typed; null to use what is configured.</param>
internal sealed record LoginWishes(
    string? Url,
    string? DefaultOrganization,
    Trust Trust,
    bool Interactive,
    bool TokenFromInput,
    bool ByDevice,
    bool RequiresEncryption,
    OidcWishes Oidc
);
