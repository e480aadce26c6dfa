using Cli.Invocation;
using Cli.Storage;

namespace Cli.Auth;

internal static class AuthTokenCommand
{
    /// <summary>One that ends sooner is renewed first: whoever asks wants to use it.</summary>
    private static readonly TimeSpan Enough = TimeSpan.FromMinutes(5);

    public static PulumiCommand Create(Machine machine)
    {
        var command = new PulumiCommand("token", "Print the access token of the login in use")
        {
            Explanation = """
                Print the access token of the login in use, for other programs:

                    $ curl -H "Authorization: token $(pulumi auth token)" https://pulumi.acmecorp.com/api/user

                One that is about to expire is renewed first, where that can be done.
                """,
        };
        return command.Runs(machine, (session, _, ct) => Run(session, ct));
    }

    private static async Task<int> Run(Session session, CancellationToken ct)
    {
        var status = LoginStatus.Of(session);
        if (status.Token == TokenState.NotNeeded)
        {
            throw new UserErrorException($"{BackendUrl.WithoutCredentials(status.Backend.Url)} needs no access token");
        }
        if (!status.IsLoggedIn)
        {
            throw new UserErrorException(
                $"there is no token for {status.Backend.Url} that could be used; run `pulumi login {status.Backend.Url}`",
                Exit.Authentication
            );
        }
        await session.Out.WriteLineAsync(
            status.TokenIsFromEnvironment ? session.Machine.Variable("PULUMI_ACCESS_TOKEN")!.Trim() : await Stored(session, status, ct)
        );
        return 0;
    }

    private static async Task<string> Stored(Session session, LoginStatus status, CancellationToken ct)
    {
        var account = status.Account!;
        var ends = account.IsExpired(session.Machine.Clock.GetUtcNow() + Enough);
        return ends && account.RefreshToken.Length > 0
            ? (await new CloudLogin(session, new CredentialStore(session), status.Backend.Url, account.Trust).RefreshNow(ct)).AccessToken
            : account.AccessToken;
    }
}
