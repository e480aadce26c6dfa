using System.Net;

namespace Cli.Api;

/// <summary>Brings requests to a server and whole answers back: over redirects, and again where that is harmless.</summary>
internal sealed class Transport(Machine machine, HttpRoute route) : IDisposable
{
    private const int Attempts = 4;
    private const int Redirects = 10;
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromSeconds(30);

    /// <summary>Whether redirects are followed. A signed request must not be: its signature is for one address.</summary>
    public bool Follows { get; init; } = true;

    /// <summary>Whether an answer asks for patience in words of its own.</summary>
    public Func<HttpResponseMessage, bool> IsThrottled { get; init; } = _ => false;

    private readonly HttpMessageInvoker http = new(machine.Http(route));

    public void Dispose() => http.Dispose();

    /// <param name="make">Makes the request; a request cannot be sent twice.</param>
    /// <param name="repeat">Whether connection failures, 5xx and 429 are tried again, after 1, 2 and 4 seconds.</param>
    public async Task<HttpResponseMessage> Send(Func<HttpRequestMessage> make, bool repeat, CancellationToken ct)
    {
        var attempts = repeat ? Attempts : 1;
        for (var attempt = 1; ; attempt++)
        {
            var pause = TimeSpan.FromSeconds(1 << (attempt - 1));
            try
            {
                var response = await Follow(make, ct);
                await response.Content.LoadIntoBufferAsync(ct); // a connection can break in the middle of an answer, too
                if (attempt == attempts || !(IsTemporary(response.StatusCode) || IsThrottled(response)))
                {
                    return response;
                }
                pause += RetryAfter(response);
                response.Dispose();
            }
            catch (Exception problem) when (problem is HttpRequestException or IOException)
            {
                if (attempt == attempts)
                {
                    using var request = make();
                    throw NetworkFault.Of(request, problem);
                }
            }
            catch (SilenceException problem)
            {
                using var request = make();
                throw NetworkFault.Of(request, problem);
            }
            await Task.Delay(pause, machine.Clock, ct);
        }
    }

    private static bool IsTemporary(HttpStatusCode status) =>
        status is HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError;

    private async Task<HttpResponseMessage> Follow(Func<HttpRequestMessage> make, CancellationToken ct)
    {
        var request = make();
        var named = request.RequestUri!;
        for (var hops = 0; ; hops++)
        {
            var response = await http.SendAsync(request, ct);
            if (
                !Follows
                || (int)response.StatusCode is not (301 or 302 or 303 or 307 or 308)
                || response.Headers.Location is not { } location
                || hops == Redirects
            )
            {
                return response;
            }
            var target = new Uri(request.RequestUri!, location);
            response.Dispose();
            request = make();
            request.RequestUri = target;
            if (!MayHaveToken(named, target))
            {
                request.Headers.Remove("Authorization");
            }
        }
    }

    /// <summary>The token is for the host that the person named, and not for everybody on the way to it.</summary>
    private static bool MayHaveToken(Uri named, Uri target) =>
        target.Host == named.Host && (target.Scheme == Uri.UriSchemeHttps || named.Scheme == Uri.UriSchemeHttp);

    private TimeSpan RetryAfter(HttpResponseMessage response)
    {
        var wait = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - machine.Clock.GetUtcNow(),
            _ => TimeSpan.Zero,
        };
        return wait < TimeSpan.Zero ? TimeSpan.Zero
            : wait > LongestRetryAfter ? LongestRetryAfter
            : wait;
    }
}
