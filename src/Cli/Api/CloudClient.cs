using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Cli.Storage;
using Wire;

namespace Cli.Api;

/// <summary>A cloud back end, over HTTP.</summary>
/// <param name="url">Without a trailing slash.</param>
internal sealed class CloudClient(Session session, string url, bool insecure) : IDisposable
{
    private const int Attempts = 4;
    private const int Redirects = 10;
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromSeconds(30);

    private readonly HttpMessageInvoker http = new(session.Machine.Http(new HttpRoute(insecure, Direct: new Uri(url).IsLoopback)));

    public async Task<User> GetUser(string token, CancellationToken ct)
    {
        var user = await Read(() => Request(HttpMethod.Get, "/api/user", token), WireJson.Default.User, ct);
        return !string.IsNullOrEmpty(user.GithubLogin) && user.Organizations?.All(o => !string.IsNullOrEmpty(o.GithubLogin)) != false
            ? user
            : throw new UserErrorException("unexpected response from server");
    }

    /// <summary>A token exchange or a refresh.</summary>
    public Task<TokenGrant> Grant(IReadOnlyDictionary<string, string> form, CancellationToken ct) =>
        Read(
            () =>
            {
                var request = Request(HttpMethod.Post, "/api/oauth/token", token: null);
                request.Content = new FormUrlEncodedContent(form);
                return request;
            },
            OAuthJson.Default.TokenGrant,
            ct
        );

    public void Dispose() => http.Dispose();

    private HttpRequestMessage Request(HttpMethod method, string path, string? token)
    {
        // Joined as text: a path in the back end's address is kept.
        var request = new HttpRequestMessage(method, url + path);
        request.Headers.TryAddWithoutValidation("Accept", "application/vnd.pulumi+9");
        request.Headers.TryAddWithoutValidation("User-Agent", UserAgent);
        if (token is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", "token " + token);
        }
        request.Content = new ByteArrayContent([]) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        return request;
    }

    private string UserAgent =>
        $"pulumi-cli/1 ({Versions.Current}; {SystemName}{(session.CommandTag.Length > 0 ? "; cmd=" + session.CommandTag : "")})";

    private static string SystemName =>
        OperatingSystem.IsWindows() ? "windows"
        : OperatingSystem.IsMacOS() ? "darwin"
        : "linux";

    private async Task<T> Read<T>(Func<HttpRequestMessage> request, JsonTypeInfo<T> type, CancellationToken ct)
    {
        using var response = await SendWithRetries(request, ct);
        foreach (var warning in response.Headers.TryGetValues("X-Pulumi-Warning", out var warnings) ? warnings : [])
        {
            session.Warn(warning);
        }
        var body = await response.Content.ReadAsByteArrayAsync(ct);
        if (!response.IsSuccessStatusCode)
        {
            var requestId = response.Headers.TryGetValues("X-Pulumi-Request-ID", out var ids) ? ids.FirstOrDefault() : null;
            throw new ApiException(
                (int)response.StatusCode,
                ErrorIn(body, (int)response.StatusCode),
                Encoding.UTF8.GetString(body).Trim(),
                requestId
            );
        }
        try
        {
            return JsonSerializer.Deserialize(body, type) ?? throw new UserErrorException("unexpected response from server");
        }
        catch (JsonException problem)
        {
            throw new UserErrorException($"unmarshalling response object: {GoJsonError.Describe(body, problem)}");
        }
    }

    /// <summary>Connection failures, 5xx and 429 are tried again after 1, 2 and 4 seconds.</summary>
    private async Task<HttpResponseMessage> SendWithRetries(Func<HttpRequestMessage> make, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            var pause = TimeSpan.FromSeconds(1 << (attempt - 1));
            try
            {
                var response = await Follow(make, ct);
                if (attempt == Attempts || !((int)response.StatusCode >= 500 || response.StatusCode == HttpStatusCode.TooManyRequests))
                {
                    return response;
                }
                pause += RetryAfter(response);
                response.Dispose();
            }
            catch (HttpRequestException problem)
            {
                if (attempt == Attempts)
                {
                    using var request = make();
                    throw new UserErrorException(NetworkFault.Describe(request, problem));
                }
            }
            await Task.Delay(pause, session.Machine.Clock, ct);
        }
    }

    private async Task<HttpResponseMessage> Follow(Func<HttpRequestMessage> make, CancellationToken ct)
    {
        var request = make();
        for (var hops = 0; ; hops++)
        {
            var response = await http.SendAsync(request, ct);
            if (
                (int)response.StatusCode is not (301 or 302 or 303 or 307 or 308)
                || response.Headers.Location is not { } location
                || hops == Redirects
            )
            {
                return response;
            }
            var target = new Uri(request.RequestUri!, location);
            var sameHost = target.Host == request.RequestUri!.Host;
            response.Dispose();
            request = make();
            request.RequestUri = target;
            if (!sameHost)
            {
                request.Headers.Remove("Authorization"); // the token is for the host the person named
            }
        }
    }

    private TimeSpan RetryAfter(HttpResponseMessage response)
    {
        var wait = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - session.Machine.Clock.GetUtcNow(),
            _ => TimeSpan.Zero,
        };
        return wait < TimeSpan.Zero ? TimeSpan.Zero
            : wait > LongestRetryAfter ? LongestRetryAfter
            : wait;
    }

    private static ErrorResponse ErrorIn(byte[] body, int status)
    {
        try
        {
            if (JsonSerializer.Deserialize(body, WireJson.Default.ErrorResponse) is { } error)
            {
                return error with { Message = error.Message ?? "" };
            }
        }
        catch (JsonException)
        {
            // Not JSON: a proxy's page, for instance. Its text is all there is.
        }
        return new(status, Encoding.UTF8.GetString(body).Trim());
    }
}
