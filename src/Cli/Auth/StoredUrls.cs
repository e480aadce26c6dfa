using Cli.Storage;

namespace Cli.Auth;

/// <summary>What a shell offers after <c>login</c> and <c>logout</c>.</summary>
internal static class StoredUrls
{
    public static IEnumerable<string> Of(Machine machine)
    {
        var session = new Session(machine, "pulumi", Interactive: false, Color: false, Verbosity: 0);
        return new CredentialStore(session).Read().Urls;
    }
}
