using Cli.Api;
using Cli.Display;
using Cli.Invocation;
using Cli.Storage;

namespace Cli.Auth;

internal static class AuthRefreshCommand
{
    public static PulumiCommand Create(Machine machine)
    {
        var command = new PulumiCommand("refresh", "Renew the login in use now")
        {
            Explanation = "Renew the login in use now. Commands do it by themselves when it is due; this shows whether it works.",
        };
        return command.Runs(machine, (session, _, ct) => Run(session, ct));
    }

    private static async Task<int> Run(Session session, CancellationToken ct)
    {
        var status = LoginStatus.Of(session);
        var login = new CloudLogin(session, new CredentialStore(session), status.Backend.Url, status.Account?.Trust ?? Trust.Usual);
        var account = await login.RefreshNow(ct);
        var until = account.Token?.ExpiresAt is { } time
            ? $"; the new access token is good until {Times.Json(time)} ({Times.Ago(time, session.Machine.Clock.GetUtcNow())})"
            : "";
        await session.Out.WriteLineAsync($"Renewed the login to {status.Backend.Url}{until}");
        return 0;
    }
}
