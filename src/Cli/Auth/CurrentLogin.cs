using Cli.Api;
using Cli.Storage;

namespace Cli.Auth;

/// <summary>The login that a command works with, whatever the back end.</summary>
internal sealed record CurrentLogin(string Url, string User, IReadOnlyList<string> Organizations, string Page, TokenInformation? Token)
{
    /// <summary>Null for folders, buckets and databases.</summary>
    public Account? Account { get; init; }

    /// <summary>Where the address came from and how to have another, for when it cannot be used.</summary>
    public string Hint { get; init; } = "";

    /// <summary>Logs in first if need be, just as `pulumi login` would; that becomes the current login only where nothing was configured.</summary>
    public static async Task<CurrentLogin> Ensure(Session session, CancellationToken ct)
    {
        var store = new CredentialStore(session);
        BackendChoice choice;
        try
        {
            choice = BackendChoice.Configured(session, store, "could not get cloud url: ");
        }
        catch (UndecryptableException undecryptable)
        {
            throw undecryptable.AsUserError();
        }
        if (!BackendUrl.IsCloud(choice.Url))
        {
            return new(choice.Url, session.Machine.UserName(), [], choice.Url, null) { Hint = choice.FailureHint };
        }
        var trust = store.Read().Find(choice.Url)?.Trust ?? Trust.Usual;
        var account = await new CloudLogin(session, store, choice.Url, trust).Run(makeCurrent: choice.By == ChosenBy.Nothing, ct);
        return new(
            choice.Url,
            account.UserName,
            account.Organizations,
            BackendName.PageOf(session.Machine, choice.Url, account.UserName),
            account.Token is { Name: "", Organization: "", Team: "" } ? null : account.Token
        )
        {
            Account = account,
        };
    }

    public string TokenKind =>
        Token is null ? "personal"
        : Token.Team.Length > 0 ? "team: " + Token.Team
        : Token.Organization.Length > 0 ? "organization: " + Token.Organization
        : "unknown";
}
