using MimeKit;
using Server.Auth;
using Server.Settings;

namespace Server.Mail;

/// <summary>Who delivers our mail, and whom it is from.</summary>
public sealed record MailServer(string Host, int Port, bool Tls, string User, Secret Password, MailboxAddress From)
{
    /// <returns>Null where no mail is set up.</returns>
    public static MailServer? Of(SettingValues values)
    {
        if (values.Single(Setting.SmtpUrl) is not { } text)
        {
            return values.Single(Setting.MailFrom) is null
                ? null
                : throw values.Wrong(Setting.MailFrom, "mail needs a server, too: set --smtp-url.");
        }
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("smtp" or "smtps") || url.Host.Length == 0)
        {
            // The text may hold a password, so it is not repeated.
            throw values.Wrong(Setting.SmtpUrl, "write smtp://user:password@host:587 or smtps://user:password@host:465.");
        }
        if (values.Single(Setting.MailFrom) is not { } from)
        {
            throw values.Wrong(
                Setting.SmtpUrl,
                "mail needs a sender, too: set --mail-from, for instance \"Holdfast <holdfast@example.com>\"."
            );
        }
        if (!MailboxAddress.TryParse(from, out var sender))
        {
            throw values.Wrong(Setting.MailFrom, $"'{from}' is not an address such as \"Holdfast <holdfast@example.com>\".");
        }
        var tls = url.Scheme == "smtps";
        var user = url.UserInfo.Split(':', 2);
        return new(
            url.Host,
            url.Port > 0 ? url.Port
                : tls ? 465
                : 587,
            tls,
            Uri.UnescapeDataString(user[0]),
            new(Uri.UnescapeDataString(user is [_, var password] ? password : "")),
            sender
        );
    }
}
