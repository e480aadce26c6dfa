using Cli.Storage;

namespace Cli.Auth;

/// <summary>Stored logins that cannot be opened need not stand in a new one's way, if the person agrees to lose them.</summary>
internal static class UndecryptableLogin
{
    public static async Task Offer(Session session, CancellationToken ct)
    {
        var store = new CredentialStore(session);
        try
        {
            store.ReadOrUndecryptable();
        }
        catch (UserErrorException)
        {
            // The step that needs the credentials reports this in its own words.
        }
        catch (UndecryptableException undecryptable)
        {
            session.Warn($"existing stored credentials can no longer be decrypted: {undecryptable.Message}");
            if (session.Interactive && !await Confirm(session, ct))
            {
                throw new UserErrorException(
                    "login cancelled: restore the OS credential store protecting the existing credentials, "
                        + "or run `pulumi logout --all` to discard them"
                );
            }
            Remove(store);
        }
    }

    private static async Task<bool> Confirm(Session session, CancellationToken ct)
    {
        var answer = await session.Machine.Terminal.ReadLine(
            "Replace the stored credentials with the ones from this login? (y/N) ",
            false,
            ct
        );
        return answer?.Trim().ToLowerInvariant() is "y" or "yes";
    }

    private static void Remove(CredentialStore store)
    {
        try
        {
            store.RemoveAll();
        }
        catch (UserErrorException error)
        {
            throw new UserErrorException($"removing undecryptable credentials: {error.Message}");
        }
    }
}
