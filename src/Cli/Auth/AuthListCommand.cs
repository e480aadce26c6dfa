using System.Text.Json.Nodes;
using Cli.Display;
using Cli.Invocation;
using Cli.Storage;

namespace Cli.Auth;

internal static class AuthListCommand
{
    public static PulumiCommand Create(Machine machine)
    {
        var output = JsonOutput.Options();
        var command = new PulumiCommand("list", "List the stored logins of all profiles")
        {
            Explanation = "List the stored logins of all profiles. The one that is in use here has a star.",
            Aliases = { "ls" },
        };
        output.AddTo(command);
        return command.Runs(machine, (session, parse, _) => Run(session, output.Wanted(parse)));
    }

    private static async Task<int> Run(Session session, bool json)
    {
        var active = Profile.Of(session.Machine)?.Name ?? Profile.Default;
        var logins = Profile.All(session.Machine).Prepend(Profile.Default).SelectMany(p => Logins(session, p, p == active)).ToList();
        await session.Out.WriteAsync(
            json ? Json(logins)
            : logins.Count == 0 ? "Nothing is stored. Log in with `pulumi login`.\n"
            : Text(session, logins)
        );
        return 0;
    }

    private static IEnumerable<StoredLogin> Logins(Session session, string profile, bool isActive)
    {
        var own = session with { Machine = session.Machine with { ProfileFlag = profile } };
        var credentials = new CredentialStore(own).Read();
        foreach (var url in credentials.Urls)
        {
            yield return new(profile, url, credentials.Find(url)!, isActive && url == credentials.Current);
        }
    }

    private static string Text(Session session, List<StoredLogin> logins)
    {
        var now = session.Machine.Clock.GetUtcNow();
        var table = new Table("PROFILE", "BACKEND", "USER", "TOKEN");
        foreach (var (profile, url, account, isCurrent) in logins)
        {
            table.Add(profile, BackendUrl.WithoutCredentials(url) + (isCurrent ? "*" : ""), account.UserName, Token(url, account, now));
        }
        return table.Text();
    }

    private static string Token(string url, Account account, DateTimeOffset now) =>
        !BackendUrl.IsCloud(url)
            ? ""
            : LoginStatus.StateOf(account, now) switch
            {
                TokenState.Missing => "none",
                TokenState.Expired => $"expired {Times.Ago(account.Token!.ExpiresAt!.Value, now)}",
                _ => LoginStatus.KindOf(account),
            };

    private static string Json(List<StoredLogin> logins) =>
        GoJson.Write(
            new JsonArray([
                .. logins.Select(l => new JsonObject
                {
                    ["profile"] = l.Profile,
                    ["backend"] = BackendUrl.WithoutCredentials(l.Url),
                    ["user"] = l.Account.UserName,
                    ["current"] = l.IsCurrent,
                    ["expiresAt"] = l.Account.Token?.ExpiresAt is { } expiry ? Times.Json(expiry) : null,
                    ["refreshable"] = l.Account.RefreshToken.Length > 0,
                }),
            ]),
            indent: 2,
            escapeHtml: false
        ) + "\n";

    private sealed record StoredLogin(string Profile, string Url, Account Account, bool IsCurrent);
}
