using System.CommandLine;
using Cli.Invocation;
using Cli.Storage;

namespace Cli.Auth;

internal static class LoginCommand
{
    public static PulumiCommand Create(Machine machine)
    {
        var url = new Argument<string?>("url") { Arity = ArgumentArity.ZeroOrOne };
        var cloudUrl = new Option<string?>("--cloud-url", "-c")
        {
            Description = "The URL of the Pulumi Cloud API to log in with (e.g., 'https://api.pulumi.com')",
        };
        var defaultOrg = new Option<string?>("--default-org")
        {
            Description = "Organization to use when a command does not name one (cloud backends only)",
        };
        var local = new Option<bool>("--local", "-l") { Description = "Keep state in files under your home directory: short for file://~" };
        var insecure = new Option<bool>("--insecure") { Description = "Do not verify the server's TLS certificate, now and later" };
        var interactive = new Option<bool>("--interactive") { Description = "Choose among the accounts you have logged in to before" };
        var tokenStdin = new Option<bool>("--token-stdin") { Description = "Read the access token from standard input" };
        var oidcToken = new Option<string?>("--oidc-token")
        {
            Description = "OIDC token to exchange for an access token: a JWT, or file://<path>",
        };
        var oidcOrg = new Option<string?>("--oidc-org") { Description = "Organization for the exchange (default: from the token)" };
        var oidcTeam = new Option<string?>("--oidc-team") { Description = "Ask for a token of this team (default: from the token)" };
        var oidcUser = new Option<string?>("--oidc-user") { Description = "Ask for a token of this user (default: from the token)" };
        var oidcExpiration = new Option<string?>("--oidc-expiration")
        {
            Description = "Lifetime of the token, e.g. 15m or 24h (default 2h)",
        };
        var command = new PulumiCommand("login", "Log in to a Pulumi state backend")
        {
            Explanation = LoginText.Help,
            ArgumentNames = "[url]",
            MostArguments = 1,
            Group = "Pulumi Cloud Commands",
            Alternatives =
            [
                [cloudUrl, local],
            ],
            ArgumentIsAlternative = true,
            Candidates = StoredUrls.Of,
        };
        command.Add(url);
        Option[] options =
        [
            cloudUrl,
            defaultOrg,
            local,
            insecure,
            interactive,
            tokenStdin,
            oidcToken,
            oidcOrg,
            oidcTeam,
            oidcUser,
            oidcExpiration,
        ];
        foreach (var option in options)
        {
            command.Add(option);
        }
        return command.Runs(
            machine,
            (session, parse, ct) =>
            {
                var oidc = new OidcChoice(
                    parse.GetValue(oidcToken) ?? "",
                    parse.GetValue(oidcOrg) ?? "",
                    parse.GetValue(oidcTeam) ?? "",
                    parse.GetValue(oidcUser) ?? "",
                    parse.GetValue(oidcExpiration) ?? ""
                );
                var request = new LoginRequest(parse.GetValue(url), parse.GetValue(cloudUrl), parse.GetValue(local))
                {
                    DefaultOrganization = parse.GetValue(defaultOrg) ?? "",
                    Insecure = parse.GetValue(insecure),
                    PickAccount = parse.GetValue(interactive),
                    TokenFromInput = parse.GetValue(tokenStdin),
                    Oidc = oidc,
                };
                return Run(session, request, ct);
            }
        );
    }

    internal static async Task<int> Run(Session session, LoginRequest request, CancellationToken ct)
    {
        await UndecryptableLogin.Offer(session, ct);
        var given = request.GivenUrl();
        var project = ProjectFile.FindUpward(session.Machine.WorkingDirectory);
        var backend = await LoginTarget.Choose(session, request, given, project, ct);
        WarnAboutVariable(session, given);
        var identity = await LogIn(session, request, backend, ct);
        if (request.DefaultOrganization.Length > 0)
        {
            if (!BackendUrl.IsCloud(backend.Url))
            {
                throw new UserErrorException("unable to set default org for this type of backend");
            }
            new ConfigStore(session.Machine).SetDefaultOrganization(backend.Url, request.DefaultOrganization);
        }
        await session.Out.WriteLineAsync($"Logged in to {identity.Name} as {identity.User} ({identity.Url})");
        return 0;
    }

    private static async Task<Identity> LogIn(Session session, LoginRequest request, ConfiguredBackend backend, CancellationToken ct)
    {
        if (!BackendUrl.IsCloud(backend.Url))
        {
            return StoreLogin.LogIn(session, request, backend);
        }
        if (request.Oidc.Token.Length > 0)
        {
            return await OidcLogin.LogIn(session, request, backend, ct);
        }
        try
        {
            var login = new CloudLogin(session, backend.Url, makeCurrent: true) { Insecure = request.Insecure };
            var account = request.TokenFromInput ? await TokenInput.LogIn(session, login, ct) : await login.Run(ct);
            return Identity.OfCloud(session.Machine, backend.Url, account);
        }
        catch (UserErrorException error)
        {
            throw backend.Wrap(error);
        }
    }

    private static void WarnAboutVariable(Session session, string? given)
    {
        if (
            given is not null
            && session.Machine.Variable("PULUMI_BACKEND_URL") is { } variable
            && !variable.Equals(given, StringComparison.Ordinal)
        )
        {
            session.Say(
                $"Warning: The PULUMI_BACKEND_URL environment variable is set to '{variable}', which conflicts with the login URL '{given}'."
            );
        }
    }
}
