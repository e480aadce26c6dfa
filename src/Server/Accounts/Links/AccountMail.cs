using Server.Mail;
using Server.Settings;

namespace Server.Accounts.Links;

/// <summary>
/// Mails with a link in them. The address in them is the configured one, never the one a request came to. Whether there is such an account shows
/// neither in the answer nor in the time it takes: the work is done after it.
/// </summary>
public sealed class AccountMail(
    AccountStore accounts,
    AccountLinkStore links,
    MailQueue mail,
    ServerSettings settings,
    ILogger<AccountMail> log
)
{
    public bool IsConfigured => mail.IsConfigured;

    public string ResetAddress(Auth.Secret secret) =>
        $"{ServerSettings.Address(settings.ConsoleUrl)}/signin/new-password?link={secret.Reveal()}";

    public void AskForReset(string nameOrEmail) =>
        _ = Task.Run(async () =>
        {
            try
            {
                await SendReset(nameOrEmail);
            }
            catch (Exception problem) // nobody waits for it
            {
                log.LogWarning(problem, "A link to reset a password could not be made");
            }
        });

    public async Task SendVerification(Account account, CancellationToken ct)
    {
        if (await links.Add(account.Id, AccountLink.Verify, account.Email, ct) is { } secret)
        {
            mail.Send(
                account.Email,
                "Is this your e-mail address?",
                $"""
                Hello {account.Login},

                open this address while signed in, to prove that the mailbox is yours:

                {ServerSettings.Address(settings.ConsoleUrl)}/user/settings/verify-email?link={secret.Reveal()}

                It works once, within an hour. If you did not ask for it, there is nothing to do.
                """
            );
        }
    }

    private async Task SendReset(string nameOrEmail)
    {
        var account = nameOrEmail.Contains('@', StringComparison.Ordinal)
            ? await accounts.FindByEmail(nameOrEmail, CancellationToken.None)
            : await accounts.FindByLogin(nameOrEmail, CancellationToken.None);
        if (account is not null && await links.Add(account.Id, AccountLink.Reset, account.Email, CancellationToken.None) is { } secret)
        {
            mail.Send(
                account.Email,
                "Choose a new password",
                $"""
                Hello {account.Login},

                choose a new password for Holdfast here:

                {ResetAddress(secret)}

                The address works once, within an hour. If you did not ask for it, somebody else typed your name; your password stays as it is.
                """
            );
        }
    }
}
