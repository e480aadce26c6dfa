using System.Collections;
using Microsoft.Extensions.DependencyInjection;
using Server.Mail;
using Server.Settings;
using Support;

namespace Server.Tests.Mail;

public class MailTests
{
    [Fact]
    public async Task A_mail_arrives_with_sender_receiver_subject_and_text()
    {
        using var smtp = new SmtpListener();
        await using var server = await TestServer.Start(change: s => s with { Mail = Of($"smtp://127.0.0.1:{smtp.Port}") });

        server.Services.GetRequiredService<MailQueue>().Send("ann@example.com", "Grüße", "Hello Ann,\n.\na line\n");

        var mail = smtp.Next();
        mail.ShouldContain("From: Holdfast <holdfast@example.com>");
        mail.ShouldContain("To: ann@example.com");
        mail.ShouldContain("Auto-Submitted: auto-generated");
        mail.ShouldContain("Hello Ann,\n.\na line");
    }

    [Fact]
    public async Task A_mail_that_is_refused_for_now_is_handed_over_again()
    {
        using var smtp = new SmtpListener { Refusals = 1 };
        await using var server = await TestServer.Start(change: s => s with { Mail = Of($"smtp://127.0.0.1:{smtp.Port}") });

        server.Services.GetRequiredService<MailQueue>().Send("ann@example.com", "Hello", "text");

        smtp.Next().ShouldContain("Subject: Hello");
    }

    [Theory, InlineData("ann@example.com\r\nBcc: mallory@example.com"), InlineData("not an address"), InlineData("")]
    public async Task An_address_that_is_none_is_sent_nothing(string address)
    {
        using var smtp = new SmtpListener();
        await using var server = await TestServer.Start(change: s => s with { Mail = Of($"smtp://127.0.0.1:{smtp.Port}") });
        var queue = server.Services.GetRequiredService<MailQueue>();

        queue.Send(address, "first", "text");
        queue.Send("ann@example.com", "second", "text");

        smtp.Next().ShouldContain("Subject: second");
    }

    [Theory]
    [InlineData("http://mail.example.com", "Holdfast <h@example.com>", "smtp-url: write smtp://user:password@host:587")]
    [InlineData("smtp://mail.example.com", null, "mail needs a sender, too")]
    [InlineData(null, "h@example.com", "mail needs a server, too")]
    [InlineData("smtp://mail.example.com", "nobody at all <", "is not an address such as")]
    public void Wrong_settings_are_told_without_the_password(string? url, string? from, string expected)
    {
        var values = new Dictionary<string, string[]>();
        if (url is not null)
        {
            values["smtp-url"] = [url];
        }
        if (from is not null)
        {
            values["mail-from"] = [from];
        }

        var problem = Should.Throw<SettingsException>(() => MailServer.Of(SettingValues.Gather(values, new Hashtable())));

        problem.Message.ShouldContain(expected);
    }

    [Fact]
    public void The_password_of_the_mail_server_does_not_print()
    {
        var server = Of("smtps://ann:p%40ss%3Aword@mail.example.com");

        (server.Host, server.Port, server.Tls, server.User, server.Password.Reveal()).ShouldBe(
            ("mail.example.com", 465, true, "ann", "p@ss:word")
        );
        server.ToString().ShouldNotContain("p@ss");
    }

    internal static MailServer Of(string url) =>
        MailServer.Of(
            SettingValues.Gather(
                new Dictionary<string, string[]> { ["smtp-url"] = [url], ["mail-from"] = ["Holdfast <holdfast@example.com>"] },
                new Hashtable()
            )
        )!;
}
