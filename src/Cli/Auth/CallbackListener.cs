using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Cli.Auth;

/// <summary>
/// A server for one answer: the browser's return from the login page. It hears this machine only, and a caller who does not know the nonce
/// learns and changes nothing.
/// </summary>
internal sealed class CallbackListener : IDisposable
{
    private const int LongestHead = 16 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly TcpListener listener;
    private readonly string nonce;
    private readonly string landing;

    private CallbackListener(TcpListener listener, string nonce, string landing) =>
        (this.listener, this.nonce, this.landing) = (listener, nonce, landing);

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <param name="landing">Where the browser goes after success.</param>
    public static CallbackListener Start(string nonce, string landing)
    {
        var socket = new TcpListener(IPAddress.Loopback, 0);
        try
        {
            socket.Start();
            return new CallbackListener(socket, nonce, landing);
        }
        catch (SocketException fault)
        {
            socket.Dispose();
            throw new UserErrorException($"could not start listener: {fault.Message}");
        }
    }

    public async Task<string> WaitForToken(CancellationToken ct)
    {
        var token = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var done = CancellationTokenSource.CreateLinkedTokenSource(ct);
        _ = AcceptAll(token, done.Token);
        try
        {
            return await token.Task.WaitAsync(ct);
        }
        finally
        {
            await done.CancelAsync();
        }
    }

    public void Dispose() => listener.Dispose();

    // One task for each connection: browsers open some in advance and leave them idle.
    private async Task AcceptAll(TaskCompletionSource<string> token, CancellationToken ct)
    {
        try
        {
            while (true)
            {
                _ = Answer(await listener.AcceptTcpClientAsync(ct), token, ct);
            }
        }
        catch (OperationCanceledException)
        {
            // The login is over, one way or the other.
        }
        catch (SocketException fault)
        {
            token.TrySetException(new UserErrorException($"could not start listener: {fault.Message}"));
        }
    }

    private async Task Answer(TcpClient client, TaskCompletionSource<string> token, CancellationToken ct)
    {
        using var connection = client;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Patience);
        try
        {
            var stream = connection.GetStream();
            var accepted = TokenIn(await ReadHead(stream, limit.Token));
            var answer = accepted is null ? "400 Bad Request\r\n" : $"307 Temporary Redirect\r\nLocation: {landing}\r\n";
            await stream.WriteAsync(
                Encoding.ASCII.GetBytes($"HTTP/1.1 {answer}Content-Length: 0\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n"),
                limit.Token
            );
            if (accepted is not null)
            {
                token.TrySetResult(accepted);
            }
        }
        catch (Exception fault) when (fault is IOException or SocketException or OperationCanceledException)
        {
            // A connection that came to nothing; the next one may be the browser's.
        }
    }

    private static async Task<string> ReadHead(NetworkStream stream, CancellationToken ct)
    {
        var buffer = new byte[LongestHead];
        var length = 0;
        while (length < buffer.Length && buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8) < 0)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(length), ct);
            if (read == 0)
            {
                break;
            }
            length += read;
        }
        return Encoding.ASCII.GetString(buffer, 0, length);
    }

    /// <returns>Null unless the request carries the nonce and a token.</returns>
    private string? TokenIn(string head)
    {
        if (head.Split('\n')[0].Split(' ') is not ["GET", var target, ..])
        {
            return null;
        }
        var query = QueryOf(target);
        var given = Encoding.UTF8.GetBytes(query.GetValueOrDefault("nonce", ""));
        var rightNonce = CryptographicOperations.FixedTimeEquals(given, Encoding.UTF8.GetBytes(nonce));
        return rightNonce && query.GetValueOrDefault("accessToken", "").Trim() is { Length: > 0 } accepted ? accepted : null;
    }

    private static Dictionary<string, string> QueryOf(string target)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        var question = target.IndexOf('?');
        foreach (var pair in question < 0 ? [] : target[(question + 1)..].Split('&'))
        {
            var equals = pair.IndexOf('=');
            if (equals > 0)
            {
                values.TryAdd(Unescape(pair[..equals]), Unescape(pair[(equals + 1)..]));
            }
        }
        return values;
    }

    private static string Unescape(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}
