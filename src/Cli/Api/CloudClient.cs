using System.Globalization;
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
internal sealed class CloudClient(Session session, string url, Trust trust) : IDisposable
{
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(5);

    private readonly Transport transport = new(session.Machine, new HttpRoute(trust, Direct: new Uri(url).IsLoopback));

    public async Task<User> GetUser(string token, CancellationToken ct)
    {
        var user = await Read(() => Request(HttpMethod.Get, "/api/user", token), repeat: true, WireJson.Default.User, ct);
        return !string.IsNullOrEmpty(user.GithubLogin) && user.Organizations?.All(o => !string.IsNullOrEmpty(o.GithubLogin)) != false
            ? user
            : throw new UserErrorException("unexpected response from server");
    }

    /// <summary>A token exchange or a refresh.</summary>
    /// <param name="repeat">Whether it may be tried again. A refresh may not: it spends its token.</param>
    public Task<TokenGrant> Grant(IReadOnlyDictionary<string, string> form, bool repeat, CancellationToken ct) =>
        Read(() => FormRequest("/api/oauth/token", form), repeat, OAuthJson.Default.TokenGrant, ct);

    public Task<OAuthMetadata> OAuthMetadata(CancellationToken ct) =>
        Read(
            () => Request(HttpMethod.Get, "/.well-known/oauth-authorization-server", token: null),
            repeat: false,
            OAuthJson.Default.OAuthMetadata,
            ct
        );

    /// <summary>A form that is sent once.</summary>
    public Task<T> Form<T>(string path, Dictionary<string, string> fields, JsonTypeInfo<T> type, CancellationToken ct) =>
        Read(() => FormRequest(path, fields), repeat: false, type, ct);

    /// <summary>The same, where the answer says nothing.</summary>
    public Task Form(string path, Dictionary<string, string> fields, CancellationToken ct) =>
        ReadBody(() => FormRequest(path, fields), repeat: false, ct);

    private HttpRequestMessage FormRequest(string path, IReadOnlyDictionary<string, string> fields)
    {
        var request = Request(HttpMethod.Post, path, token: null);
        request.Content = new FormUrlEncodedContent(fields);
        return request;
    }

    /// <summary>Any other call.</summary>
    /// <returns>The answer's body.</returns>
    public async Task<byte[]> Call(CloudCall call, string token, CancellationToken ct) => (await Exchange(call, token, ct)).Body;

    /// <summary>The same, for who needs headers, too.</summary>
    public Task<CloudAnswer> Exchange(CloudCall call, string token, CancellationToken ct) =>
        ReadAnswer(
            () =>
            {
                var request = Request(call.Method, call.Path, token);
                if (call.Body is { } body)
                {
                    request.Content = call.Content(body);
                }
                if (call.ETag is { } etag)
                {
                    request.Headers.TryAddWithoutValidation("ETag", etag);
                }
                return request;
            },
            call.Retries,
            ct
        );

    /// <summary>A call of which every answer is one.</summary>
    public async Task<RawAnswer> Raw(
        CloudCall call,
        IReadOnlyList<KeyValuePair<string, string>> headers,
        string token,
        CancellationToken ct
    )
    {
        using var response = await transport.Send(() => Request(call, headers, token), call.Retries, ct);
        var body = await response.Content.ReadAsByteArrayAsync(ct);
        return new(
            (int)response.StatusCode,
            [
                .. response
                    .Headers.Concat(response.Content.Headers)
                    .SelectMany(header => header.Value.Select(value => KeyValuePair.Create(header.Key, value))),
            ],
            body,
            RawAnswer.Parse(body)
        );
    }

    public void Dispose() => transport.Dispose();

    private HttpRequestMessage Request(CloudCall call, IReadOnlyList<KeyValuePair<string, string>> headers, string token)
    {
        var request = Request(call.Method, call.Path, token);
        if (call.Body is { } body)
        {
            request.Content = call.Content(body);
        }
        foreach (var (name, value) in headers)
        {
            request.Headers.Remove(name);
            if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                request.Content!.Headers.Remove(name);
                request.Content.Headers.TryAddWithoutValidation(name, value);
            }
        }
        return request;
    }

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

    private async Task<T> Read<T>(Func<HttpRequestMessage> request, bool repeat, JsonTypeInfo<T> type, CancellationToken ct)
    {
        var body = await ReadBody(request, repeat, ct);
        try
        {
            return JsonSerializer.Deserialize(body, type) ?? throw new UserErrorException("unexpected response from server");
        }
        catch (JsonException problem)
        {
            throw new UserErrorException($"unmarshalling response object: {GoJsonError.Describe(body, problem)}");
        }
    }

    private async Task<byte[]> ReadBody(Func<HttpRequestMessage> request, bool repeat, CancellationToken ct) =>
        (await ReadAnswer(request, repeat, ct)).Body;

    private async Task<CloudAnswer> ReadAnswer(Func<HttpRequestMessage> request, bool repeat, CancellationToken ct)
    {
        using var response = await transport.Send(request, repeat, ct);
        foreach (var warning in response.Headers.TryGetValues("X-Pulumi-Warning", out var warnings) ? warnings : [])
        {
            session.Warn(warning);
        }
        if (response.StatusCode == HttpStatusCode.Unauthorized)
        {
            WarnOfClock(response.Headers.Date);
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
        var revision = response.Headers.TryGetValues("Pulumi-ESC-Revision", out var numbers) ? numbers.FirstOrDefault() : null;
        return new(
            body,
            response.Headers.TryGetValues("ETag", out var tags) ? tags.FirstOrDefault() : null,
            long.TryParse(revision, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null
        );
    }

    /// <summary>A clock that is wrong makes good tokens look expired, here or there.</summary>
    private void WarnOfClock(DateTimeOffset? theirs)
    {
        if (theirs is { } time && (session.Machine.Clock.GetUtcNow() - time) is var ahead && ahead.Duration() > ClockTolerance)
        {
            session.WarnOnce(
                $"the clock of this machine is {(long)ahead.Duration().TotalMinutes} minutes {(ahead > TimeSpan.Zero ? "ahead of" : "behind")} that of {url}; "
                    + "tokens can seem expired because of it"
            );
        }
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
