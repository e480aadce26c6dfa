using Cli.Storage;

namespace Cli.Auth;

internal enum TokenState
{
    /// <summary>Folders, buckets and databases need none.</summary>
    NotNeeded,
    Missing,
    Expired,

    /// <summary>Expired, and the next command renews it.</summary>
    Refreshable,
    Usable,
}

/// <summary>What can be said of the login in use without asking its server.</summary>
/// <param name="Choices">The back end in use and whose word that is; then those that it overrides.</param>
/// <param name="Account">Null if none is stored for it.</param>
internal sealed record LoginStatus(
    IReadOnlyList<BackendChoice> Choices,
    Account? Account,
    bool TokenIsFromEnvironment,
    TokenState Token,
    Profile? Profile,
    string File,
    string? EncryptedBy
)
{
    public BackendChoice Backend => Choices[0];

    public bool IsLoggedIn => Token is not (TokenState.Missing or TokenState.Expired);

    public static LoginStatus Of(Session session)
    {
        var store = new CredentialStore(session);
        try
        {
            var choices = BackendChoice.All(session, store, "could not get cloud url: ").ToList();
            var account = store.ReadOrUndecryptable().Find(choices[0].Url);
            var variable = session.Machine.Variable("PULUMI_ACCESS_TOKEN")?.Trim();
            var fromEnvironment = BackendUrl.IsCloud(choices[0].Url) && variable is not null && variable != account?.AccessToken;
            return new(
                choices,
                account,
                fromEnvironment,
                !BackendUrl.IsCloud(choices[0].Url) ? TokenState.NotNeeded
                    : fromEnvironment ? TokenState.Usable
                    : StateOf(account, session.Machine.Clock.GetUtcNow()),
                Profile.Of(session.Machine),
                store.Path,
                store.EncryptedBy
            );
        }
        catch (UndecryptableException undecryptable)
        {
            throw undecryptable.AsUserError();
        }
    }

    public static TokenState StateOf(Account? account, DateTimeOffset now) =>
        account is not { HasCredential: true } ? TokenState.Missing
        : !account.IsExpired(now) && account.AccessToken.Length > 0 ? TokenState.Usable
        : account.RefreshToken.Length > 0 ? TokenState.Refreshable
        : TokenState.Expired;

    public static string KindOf(Account account) =>
        account.Token is { Team.Length: > 0 } team ? $"token of the team {team.Organization}/{team.Team}"
        : account.Token is { Organization.Length: > 0 } organization ? $"token of the organization {organization.Organization}"
        : account.RefreshToken.Length > 0 ? "login of this machine, renewed by itself"
        : "personal access token";
}
