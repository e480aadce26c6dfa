using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Support;

/// <summary>A mail server on loopback that takes everything and delivers nothing (RFC 5321, as much as a sender needs).</summary>
public sealed class SmtpListener : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly BlockingCollection<string> _mails = [];

    public SmtpListener()
    {
        _listener.Start();
        _ = Accept();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;
    public int Count => _mails.Count;

    /// <summary>Refuses so many mails first, as greylisting does.</summary>
    public int Refusals { get; set; }

    /// <returns>The next mail as it came, headers and text.</returns>
    public string Next() =>
        _mails.TryTake(out var mail, TimeSpan.FromSeconds(20)) ? mail : throw new TimeoutException("No mail came within 20 seconds.");

    public void Dispose()
    {
        _listener.Dispose();
        _mails.Dispose();
    }

    private async Task Accept()
    {
        try
        {
            while (true)
            {
                _ = Talk(await _listener.AcceptTcpClientAsync());
            }
        }
        catch (Exception ended) when (ended is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task Talk(TcpClient client)
    {
        using var connection = client;
        using var reader = new StreamReader(connection.GetStream(), Encoding.UTF8);
        await using var writer = new StreamWriter(connection.GetStream(), new UTF8Encoding(false)) { NewLine = "\r\n", AutoFlush = true };
        await writer.WriteLineAsync("220 test");
        while (await reader.ReadLineAsync() is { } line)
        {
            var verb = line.Split(' ')[0].ToUpperInvariant();
            if (verb == "DATA")
            {
                await writer.WriteLineAsync("354 go on");
                _mails.Add(await ReadMail(reader));
            }
            if (verb == "MAIL" && Refusals > 0)
            {
                Refusals--;
                await writer.WriteLineAsync("451 later");
                continue;
            }
            await writer.WriteLineAsync(verb == "QUIT" ? "221 bye" : "250 ok");
            if (verb == "QUIT")
            {
                return;
            }
        }
    }

    private static async Task<string> ReadMail(StreamReader reader)
    {
        var mail = new StringBuilder();
        while (await reader.ReadLineAsync() is { } line && line != ".")
        {
            mail.Append(line.StartsWith("..", StringComparison.Ordinal) ? line[1..] : line).Append('\n');
        }
        return mail.ToString();
    }
}
