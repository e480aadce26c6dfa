using System.Net.Sockets;
using System.Threading.Channels;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using Server.Settings;

namespace Server.Mail;

/// <summary>
/// Mail on its way out. Requests do not wait for it, and do not tell by their length whether there was any. It is kept in memory: everything that is
/// sent by mail can be asked for again, or done by a link.
/// </summary>
public sealed class MailQueue(ServerSettings settings, ILogger<MailQueue> log) : BackgroundService
{
    private static readonly TimeSpan[] Waits = [TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(1)];

    private readonly Channel<MimeMessage> _waiting = Channel.CreateBounded<MimeMessage>(1000);

    public bool IsConfigured => settings.Mail is not null;

    /// <summary>Does nothing where no mail is set up; whoever depends on it asks <see cref="IsConfigured"/> and says so.</summary>
    public void Send(string to, string subject, string text)
    {
        if (settings.Mail is not { } server || !MailboxAddress.TryParse(to, out var receiver))
        {
            return;
        }
        var message = new MimeMessage
        {
            Subject = subject,
            Body = new TextPart("plain") { Text = text },
        };
        message.From.Add(server.From);
        message.To.Add(receiver);
        message.Headers.Add(HeaderId.AutoSubmitted, "auto-generated");
        if (!_waiting.Writer.TryWrite(message))
        {
            log.LogWarning("A mail was dropped, because 1000 others wait for {Host}", server.Host);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var message in _waiting.Reader.ReadAllAsync(stoppingToken))
            {
                await Deliver(settings.Mail!, message, stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    private async Task Deliver(MailServer server, MimeMessage message, CancellationToken ct)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await HandOver(server, message, ct);
                return;
            }
            catch (Exception problem)
                when (problem
                        is IOException
                            or SocketException
                            or ProtocolException
                            or CommandException
                            or AuthenticationException
                            or SslHandshakeException
                )
            {
                if (attempt == Waits.Length)
                {
                    log.LogWarning("A mail could not be handed to {Host}:{Port}: {Problem}", server.Host, server.Port, problem.Message);
                    return;
                }
                await Task.Delay(Waits[attempt], ct);
            }
        }
    }

    private static async Task HandOver(MailServer server, MimeMessage message, CancellationToken ct)
    {
        using var client = new SmtpClient { Timeout = 30_000 };
        var security =
            server.Tls ? SecureSocketOptions.SslOnConnect
            : server.User.Length > 0 ? SecureSocketOptions.StartTls // a password never travels in the clear
            : SecureSocketOptions.StartTlsWhenAvailable;
        await client.ConnectAsync(server.Host, server.Port, security, ct);
        if (server.User.Length > 0)
        {
            await client.AuthenticateAsync(server.User, server.Password.Reveal(), ct);
        }
        await client.SendAsync(message, ct);
        await client.DisconnectAsync(quit: true, ct);
    }
}

public static class MailServices
{
    public static void AddMail(this IServiceCollection services)
    {
        services.AddSingleton<MailQueue>();
        services.AddHostedService(provider => provider.GetRequiredService<MailQueue>());
    }
}
