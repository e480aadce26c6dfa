using Cli.Api;
using Cli.Storage;

namespace Cli.Auth;

/// <summary>Who is logged in, and to what, in the words for people.</summary>
internal sealed record Identity(string Name, string User, string Url, IReadOnlyList<string> Organizations, TokenInformation? Token)
{
    public static Identity OfCloud(Machine machine, string url, Account account)
    {
        var console = Consoles.Of(machine, url);
        var name = url.Equals(BackendUrl.Saas, StringComparison.Ordinal) ? "pulumi.com" : url;
        return new(name, account.UserName, console is null ? "" : $"{console}/{account.UserName}", account.Organizations, account.Token);
    }

    public static Identity OfStore(Machine machine, string url) => new(machine.HostName() ?? "diy", machine.UserName(), url, [], null);

    public string TokenType =>
        Token switch
        {
            null => "personal",
            { Team.Length: > 0 } => $"team: {Token.Team}",
            { Organization.Length: > 0 } => $"organization: {Token.Organization}",
            // An expiry alone is known of exchanged and refreshed personal tokens, too.
            { Name.Length: 0 } => "personal",
            _ => "unknown",
        };
}
