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

    /// <summary>To the address that is to become the account's.</summary>
    /// <returns>False if several wait already.</returns>
    public async Task<bool> SendChange(Account account, string email, CancellationToken ct)
    {
        if (await links.Add(account.Id, AccountLink.Change, email, ct) is not { } secret)
        {
            return false;
        }
        mail.Send(
            email,
            "Is this your e-mail address?",
            $"""
            Hello {account.Login},

            open this address while signed in, to make this mailbox that of your account:

            {ServerSettings.Address(settings.ConsoleUrl)}/user/settings/email/confirm?link={secret.Reveal()}

            It works once, within an hour. If you did not ask for it, there is nothing to do.
            """
        );
        return true;
    }

    /// <summary>To the one that was, so that nobody's account goes away quietly.</summary>
    public void TellOfChange(Account account, string former, string now) =>
        mail.Send(
            former,
            "Your e-mail address was changed",
            $"""
            Hello {account.Login},

            the address of your account is {now} from now on, no longer this one. If that was not you, ask an administrator of the service for help at once.
            """
        );

    public void TellOfFactors(Account account) =>
        mail.Send(
            account.Email,
            "Your second factors were removed",
            $"""
            Hello {account.Login},

            an administrator of the service has removed your second factors and signed you out everywhere. Sign in with your password and add a factor again. If you did not ask for it, ask the administrator.
            """
        );

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
