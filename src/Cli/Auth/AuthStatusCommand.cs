using System.Text.Json.Nodes;
using Cli.Display;
using Cli.Invocation;
using Cli.Storage;

namespace Cli.Auth;

internal static class AuthStatusCommand
{
    public static PulumiCommand Create(Machine machine)
    {
        var output = JsonOutput.Options();
        var command = new PulumiCommand("status", "Show who is logged in where, and why there")
        {
            Explanation = """
                Show who is logged in where, with which token, where it is stored, and which setting chose the backend.

                Nothing is asked of a server. The exit code is 0 for a login that can be used, and 3 for none or one that has expired,
                with --json as well.
                """,
        };
        output.AddTo(command);
        return command.Runs(machine, (session, parse, _) => Run(session, output.Wanted(parse)));
    }

    private static async Task<int> Run(Session session, bool json)
    {
        var status = LoginStatus.Of(session);
        await session.Out.WriteAsync(json ? Json(status) : Text(session, status));
        return (int)(status.IsLoggedIn ? Exit.Success : Exit.Authentication);
    }

    private static string Text(Session session, LoginStatus status)
    {
        var now = session.Machine.Clock.GetUtcNow();
        var lines = new List<(string Name, string Value)> { ("Backend", BackendUrl.WithoutCredentials(status.Backend.Url)) };
        if (status.Account is { } account && !status.TokenIsFromEnvironment)
        {
            lines.Add(("User", account.UserName.Length > 0 ? account.UserName : session.Machine.UserName()));
            if (account.Organizations.Count > 0)
            {
                lines.Add(("Organizations", string.Join(", ", account.Organizations)));
            }
        }
        lines.Add(("Token", Token(status, now)));
        if (!status.TokenIsFromEnvironment && status.Account?.LastValidatedAt is { } validated)
        {
            lines.Add(("Last accepted", Times.Ago(validated, now)));
        }
        lines.Add(("Chosen by", By(status.Backend, status.File)));
        lines.AddRange(status.Choices.Skip(1).Where(c => c.By != ChosenBy.Nothing).Select(c => ("Overrides", Overridden(c, status.File))));
        lines.Add(("Profile", Describe(status.Profile)));
        lines.Add(("Stored in", $"{status.File}{Encryption(status)}"));
        var width = lines.Max(l => l.Name.Length) + 1;
        return string.Concat(lines.Select(l => $"{(l.Name + ":").PadRight(width)} {l.Value}\n"));
    }

    private static string Token(LoginStatus status, DateTimeOffset now)
    {
        if (status.TokenIsFromEnvironment)
        {
            return "from PULUMI_ACCESS_TOKEN; `pulumi whoami` asks whose it is";
        }
        var url = BackendUrl.WithoutCredentials(status.Backend.Url);
        var expiry = status.Account?.Token?.ExpiresAt;
        return status.Token switch
        {
            TokenState.NotNeeded => "not needed here",
            TokenState.Missing => $"none; run `pulumi login {url}`",
            TokenState.Expired =>
                $"{LoginStatus.KindOf(status.Account!)}, expired {Times.Ago(expiry!.Value, now)}; run `pulumi login {url}`",
            TokenState.Refreshable => $"{LoginStatus.KindOf(status.Account!)} with the next command",
            _ => LoginStatus.KindOf(status.Account!)
                + (expiry is { } time ? $", valid until {Times.Json(time)} ({Times.Ago(time, now)})" : ""),
        };
    }

    private static string By(BackendChoice choice, string file) =>
        choice.By switch
        {
            ChosenBy.Environment => "PULUMI_BACKEND_URL",
            ChosenBy.Project => $"backend.url in {choice.ProjectFile}",
            ChosenBy.Credentials => $"the last login ('current' in {file})",
            _ => "nothing; this is the default",
        };

    private static string Overridden(BackendChoice choice, string file) =>
        $"{By(choice, file)}: {BackendUrl.WithoutCredentials(choice.Url)}";

    private static string Describe(Profile? profile) =>
        profile?.By switch
        {
            null => "none",
            ProfileChosenBy.Flag => $"{profile.Name} (--profile)",
            ProfileChosenBy.Environment => $"{profile.Name} (PULUMI_PROFILE)",
            _ => $"{profile.Name} ({profile.File})",
        };

    private static string Encryption(LoginStatus status) =>
        status.EncryptedBy switch
        {
            null => File.Exists(status.File) ? ", not encrypted" : ", which does not exist yet",
            KeyFile.Name => ", encrypted with a key in a file beside it",
            var store => $", encrypted with a key in the OS credential store ({store})",
        };

    private static string Json(LoginStatus status)
    {
        var account = status.TokenIsFromEnvironment ? null : status.Account;
        var members = new JsonObject
        {
            ["loggedIn"] = status.IsLoggedIn,
            ["backend"] = BackendUrl.WithoutCredentials(status.Backend.Url),
            ["chosenBy"] = Name(status.Backend.By),
            ["overrides"] = new JsonArray([
                .. status
                    .Choices.Skip(1)
                    .Where(c => c.By != ChosenBy.Nothing)
                    .Select(c => new JsonObject { ["backend"] = BackendUrl.WithoutCredentials(c.Url), ["chosenBy"] = Name(c.By) }),
            ]),
            ["user"] = account?.UserName,
            ["organizations"] = new JsonArray([.. (account?.Organizations ?? []).Select(o => JsonValue.Create(o))]),
            ["token"] = new JsonObject
            {
                ["state"] = status.Token switch
                {
                    TokenState.NotNeeded => "not-needed",
                    TokenState.Missing => "missing",
                    TokenState.Expired => "expired",
                    TokenState.Refreshable => "refreshable",
                    _ => "usable",
                },
                ["source"] =
                    status.TokenIsFromEnvironment ? "PULUMI_ACCESS_TOKEN"
                    : account is null ? null
                    : "credentials",
                ["expiresAt"] = account?.Token?.ExpiresAt is { } expiry ? Times.Json(expiry) : null,
                ["refreshable"] = account?.RefreshToken.Length > 0,
            },
            ["lastValidatedAt"] = account?.LastValidatedAt is { } validated ? Times.Json(validated) : null,
            ["profile"] = status.Profile?.Name,
            ["file"] = status.File,
            ["encryptedBy"] = status.EncryptedBy,
        };
        return GoJson.Write(members, indent: 2, escapeHtml: false) + "\n";
    }

    private static string Name(ChosenBy by) =>
        by switch
        {
            ChosenBy.Environment => "PULUMI_BACKEND_URL",
            ChosenBy.Project => "project",
            ChosenBy.Credentials => "login",
            _ => "default",
        };
}
