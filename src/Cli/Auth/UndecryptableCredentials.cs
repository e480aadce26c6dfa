using Cli.Storage;

namespace Cli.Auth;

internal static class UndecryptableCredentials
{
    /// <summary>Makes room for a login where the stored credentials cannot be opened any more.</summary>
    public static async Task Replace(Session session, CredentialStore store, CancellationToken ct)
    {
        try
        {
            store.ReadOrUndecryptable();
        }
        catch (UndecryptableException undecryptable)
        {
            session.Warn($"existing stored credentials can no longer be decrypted: {undecryptable.Message}");
            if (session.Interactive && !await Confirmed(session, ct))
            {
                throw new UserErrorException(
                    "login cancelled: restore the OS credential store protecting the existing credentials, or run `pulumi logout --all` to discard them"
                );
            }
            store.RemoveAll();
        }
        catch (UserErrorException problem) when (problem is not LockedCredentialsException)
        {
            // Each step of a login says for itself what a broken file means to it.
        }
    }

    private static async Task<bool> Confirmed(Session session, CancellationToken ct) =>
        await session.Machine.Terminal.ReadLine("Replace the stored credentials with the ones from this login? (y/N) ", false, ct)
            is "y"
                or "Y"
                or "yes";
}
