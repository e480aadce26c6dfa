using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Cli.Auth;

/// <summary>
/// Waits on a loopback port for the browser to bring a token. It understands just one kind of request, answers everything else with 400, and closes as
/// soon as it has what it wants.
/// </summary>
internal sealed class CallbackListener : IDisposable
{
    private const int LongestHead = 16 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public CallbackListener() => _listener.Start();

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Dispose() => _listener.Dispose();

    /// <param name="nonce">A request with another one is not for us.</param>
    /// <param name="next">Where the browser goes afterwards.</param>
    public async Task<string> Token(string nonce, string next, CancellationToken ct)
    {
        var token = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var accepting = Accept(nonce, next, token, ended.Token);
        try
        {
            return await token.Task.WaitAsync(ct);
        }
        finally
        {
            await ended.CancelAsync();
            await accepting;
        }
    }

    // Browsers open connections ahead of need, so one that says nothing must not keep others waiting.
    private async Task Accept(string nonce, string next, TaskCompletionSource<string> token, CancellationToken ct)
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(ct);
                _ = Answer(client, nonce, next, token, ct);
            }
        }
        catch (OperationCanceledException)
        {
            // Done, or given up.
        }
    }

    private static async Task Answer(TcpClient client, string nonce, string next, TaskCompletionSource<string> token, CancellationToken ct)
    {
        using (client)
        {
            try
            {
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
                limit.CancelAfter(Patience);
                var stream = client.GetStream();
                var found = TokenIn(await ReadHead(stream, limit.Token), nonce);
                var answer = found is null ? "HTTP/1.1 400 Bad Request\r\n" : $"HTTP/1.1 307 Temporary Redirect\r\nLocation: {next}\r\n";
                await stream.WriteAsync(Encoding.ASCII.GetBytes(answer + "Content-Length: 0\r\nConnection: close\r\n\r\n"), limit.Token);
                if (found is not null)
                {
                    token.TrySetResult(found);
                }
            }
            catch (Exception problem) when (problem is IOException or OperationCanceledException or SocketException)
            {
                // That visitor is gone; the right one may still come.
            }
        }
    }

    private static async Task<string> ReadHead(NetworkStream stream, CancellationToken ct)
    {
        var buffer = new byte[LongestHead];
        var length = 0;
        while (length < buffer.Length && !buffer.AsSpan(0, length).EndsWith("\r\n\r\n"u8))
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

    private static string? TokenIn(string head, string nonce)
    {
        if (
            head.Split("\r\n", 2)[0].Split(' ') is not ["GET", var target, _]
            || target.IndexOf('?', StringComparison.Ordinal) is var mark && mark < 0
        )
        {
            return null;
        }
        var query = target[(mark + 1)..]
            .Split('&')
            .Select(pair => pair.Split('=', 2))
            .Where(pair => pair.Length == 2)
            .GroupBy(pair => pair[0], StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => Uri.UnescapeDataString(group.First()[1].Replace('+', ' ')), StringComparer.Ordinal);
        var matches = CryptographicOperations.FixedTimeEquals(
            Encoding.UTF8.GetBytes(query.GetValueOrDefault("nonce", "")),
            Encoding.UTF8.GetBytes(nonce)
        );
        return matches && query.GetValueOrDefault("accessToken") is { Length: > 0 } token ? token : null;
    }
}
