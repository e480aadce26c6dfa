using System.Net;

namespace Cli.Api;

/// <summary>Four attempts, waiting 1, 2 and 4 seconds, and what a 429 asks for on top.</summary>
internal static class Retries
{
    private const int Attempts = 4;
    private static readonly TimeSpan LongestAsked = TimeSpan.FromSeconds(30);

    /// <param name="make">Makes the request; one message cannot be sent twice.</param>
    /// <exception cref="UserErrorException">No attempt got an answer.</exception>
    public static async Task<HttpResponseMessage> Send(
        HttpMessageInvoker http,
        Func<HttpRequestMessage> make,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        for (var attempt = 1; ; attempt++)
        {
            using var request = make();
            var wait = TimeSpan.FromSeconds(1 << (attempt - 1));
            try
            {
                var response = await http.SendAsync(request, ct);
                if (attempt == Attempts || !IsWorthRepeating(response.StatusCode))
                {
                    return response;
                }
                wait += Asked(response, clock);
                response.Dispose();
            }
            catch (Exception fault) when (fault is HttpRequestException or IOException)
            {
                if (attempt == Attempts)
                {
                    throw new UserErrorException(NetworkFault.Describe(request, fault));
                }
            }
            await Task.Delay(wait, clock, ct);
        }
    }

    private static bool IsWorthRepeating(HttpStatusCode code) =>
        code is HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError;

    private static TimeSpan Asked(HttpResponseMessage response, TimeProvider clock)
    {
        if (response.StatusCode != HttpStatusCode.TooManyRequests || response.Headers.RetryAfter is not { } asked)
        {
            return TimeSpan.Zero;
        }
        var wait = asked.Delta ?? asked.Date - clock.GetUtcNow() ?? TimeSpan.Zero;
        return wait < TimeSpan.Zero ? TimeSpan.Zero
            : wait > LongestAsked ? LongestAsked
            : wait;
    }
}
