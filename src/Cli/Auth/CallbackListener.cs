using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Cli.Auth;

/// <summary>
/// Waits on a loopback port for the browser to bring a token or a code. It understands just one kind of request, answers everything else with 400, and closes as
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
        var query = await Query(visit => Same(visit["nonce"], nonce) && visit["accessToken"].Length > 0 ? next : null, ct);
        return query["accessToken"];
    }

    /// <param name="next">Where a visit sends the browser; null if it is not the one that is waited for.</param>
    /// <returns>The fields of that visit.</returns>
    public async Task<CallbackQuery> Query(Func<CallbackQuery, string?> next, CancellationToken ct)
    {
        var visit = new TaskCompletionSource<CallbackQuery>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var accepting = Accept(next, visit, ended.Token);
        try
        {
            return await visit.Task.WaitAsync(ct);
        }
        finally
        {
            await ended.CancelAsync();
            await accepting;
        }
    }

    /// <summary>Takes as long for a wrong value as for the right one.</summary>
    public static bool Same(string given, string expected) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(expected));

    // Browsers open connections ahead of need, so one that says nothing must not keep others waiting.
    private async Task Accept(Func<CallbackQuery, string?> next, TaskCompletionSource<CallbackQuery> visit, CancellationToken ct)
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(ct);
                _ = Answer(client, next, visit, ct);
            }
        }
        catch (OperationCanceledException)
        {
            // Done, or given up.
        }
    }

    private static async Task Answer(
        TcpClient client,
        Func<CallbackQuery, string?> next,
        TaskCompletionSource<CallbackQuery> visit,
        CancellationToken ct
    )
    {
        using (client)
        {
            try
            {
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
                limit.CancelAfter(Patience);
                var stream = client.GetStream();
                var query = CallbackQuery.In(await ReadHead(stream, limit.Token));
                var target = query is null ? null : next(query);
                var answer = target is null ? "HTTP/1.1 400 Bad Request\r\n" : $"HTTP/1.1 307 Temporary Redirect\r\nLocation: {target}\r\n";
                await stream.WriteAsync(Encoding.ASCII.GetBytes(answer + "Content-Length: 0\r\nConnection: close\r\n\r\n"), limit.Token);
                if (target is not null)
                {
                    visit.TrySetResult(query!);
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
}
