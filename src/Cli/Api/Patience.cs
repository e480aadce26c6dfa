using System.Globalization;

namespace Cli.Api;

/// <summary>
/// Ends requests that a server does not begin to answer: it has accepted the connection, and says nothing. How long an answer takes once it has begun is
/// another matter; a connection that is dead is noticed by the operating system.
/// </summary>
internal sealed class Patience(HttpMessageHandler inner, TimeSpan patience) : DelegatingHandler(inner)
{
    public static readonly TimeSpan Usual = TimeSpan.FromMinutes(1);

    /// <summary>What is sent needs time, too, and so does what the server does with it.</summary>
    private const long SlowestBytesPerSecond = 100_000;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var limit = patience + TimeSpan.FromSeconds((request.Content?.Headers.ContentLength ?? 0) / SlowestBytesPerSecond);
        using var timer = new CancellationTokenSource(limit);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            return await base.SendAsync(request, either.Token);
        }
        catch (OperationCanceledException) when (timer.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new SilenceException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{request.RequestUri!.Host} has accepted the connection and not answered for {limit.TotalSeconds:0.#} seconds"
                )
            );
        }
    }
}

/// <summary>A server that does not answer. Asking again would be waiting again.</summary>
internal sealed class SilenceException(string message) : Exception(message);
