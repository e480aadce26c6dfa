using Cli.Backends.Buckets;
using Cli.Backends.Diy;
using Cli.Storage;

namespace Cli.Auth;

/// <summary>Logging in to a folder, a bucket or a database: it must be there and be a state store that we may use.</summary>
internal static class StoreLogin
{
    public static async Task Run(Session session, CredentialStore store, string url, CancellationToken ct)
    {
        try
        {
            await using var opened = await DiyBackend.Open(session, url, project: null, toUpgrade: false, ct);
        }
        catch (UnopenedException problem)
        {
            throw new UserErrorException(problem.Reason); // what goes before it shows the address
        }
        store.Change(credentials => credentials.Store(url, new Account(""), makeCurrent: true));
    }
}
