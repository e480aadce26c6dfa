using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Cli.Storage;
using Wire;

namespace Cli.Api;

/// <summary>One server that speaks Pulumi Cloud's protocol.</summary>
internal sealed class CloudClient : IDisposable
{
    private readonly HttpMessageInvoker http;
    private readonly Session session;
    private readonly string url;

    public CloudClient(Session session, string url, bool insecure)
    {
        this.session = session;
        this.url = url;
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Host.Length == 0)
        {
            throw new UserErrorException($"parse \"{url}\": it is not the address of a server");
        }
        http = new HttpMessageInvoker(new Redirects(session.Machine.Http(new HttpRoute(insecure, Direct: address.IsLoopback))));
    }

    public string Console => Consoles.Of(session.Machine, url) ?? "";

    public void Dispose() => http.Dispose();

    /// <summary><c>GET /api/user</c>: whose token this is.</summary>
    /// <returns>Null when the server does not accept the token.</returns>
    public async Task<User?> FindUser(string token, CancellationToken ct)
    {
        using var response = await Retries.Send(http, () => Get("/api/user", token), session.Machine.Clock, ct);
        ShowWarnings(response);
        var body = await ReadBody(response, ct);
        if (response.StatusCode == HttpStatusCode.Unauthorized)
        {
            return Refusals.SingleSignOn(body, Console) is { } signOn ? throw signOn : null;
        }
        if (!response.IsSuccessStatusCode)
        {
            throw Refusals.Describe(response, body, Console);
        }
        return CheckUser(Parse(body));
    }

    /// <summary><c>POST /api/oauth/token</c>. The status and the text are the caller's to judge.</summary>
    public async Task<(HttpStatusCode Status, byte[] Body)> PostTokenForm(
        IReadOnlyList<KeyValuePair<string, string>> form,
        CancellationToken ct
    )
    {
        using var response = await Retries.Send(http, () => Post("/api/oauth/token", form), session.Machine.Clock, ct);
        ShowWarnings(response);
        return (response.StatusCode, await ReadBody(response, ct));
    }

    private HttpRequestMessage Get(string path, string token)
    {
        var request = Request(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Accept", "application/vnd.pulumi+9");
        if (!request.Headers.TryAddWithoutValidation("Authorization", "token " + token))
        {
            throw new UserErrorException("the access token holds characters that cannot be sent");
        }
        // The protocol wants the header on requests without a body, too.
        request.Content = new ByteArrayContent([]);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return request;
    }

    private HttpRequestMessage Post(string path, IReadOnlyList<KeyValuePair<string, string>> form)
    {
        var request = Request(HttpMethod.Post, path);
        request.Content = new FormUrlEncodedContent(form);
        return request;
    }

    private HttpRequestMessage Request(HttpMethod method, string path)
    {
        var request = new HttpRequestMessage(method, url + path);
        var command = session.CommandTag.Length > 0 ? $"; cmd={session.CommandTag}" : "";
        request.Headers.TryAddWithoutValidation("User-Agent", $"pulumi-cli/1 ({Versions.Current}; {SystemName}{command})");
        return request;
    }

    private static string SystemName =>
        OperatingSystem.IsWindows() ? "windows"
        : OperatingSystem.IsMacOS() ? "darwin"
        : "linux";

    private void ShowWarnings(HttpResponseMessage response)
    {
        if (response.Headers.TryGetValues("X-Pulumi-Warning", out var warnings))
        {
            foreach (var warning in warnings)
            {
                session.Warn(warning);
            }
        }
    }

    private static async Task<byte[]> ReadBody(HttpResponseMessage response, CancellationToken ct)
    {
        try
        {
            return await response.Content.ReadAsByteArrayAsync(ct);
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException or InvalidDataException)
        {
            throw new UserErrorException($"reading response from the server: {fault.Message}");
        }
    }

    private static User? Parse(byte[] body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, WireJson.Default.User);
        }
        catch (JsonException fault)
        {
            throw new UserErrorException($"unmarshalling response object: {GoJsonError.Describe(body, fault)}");
        }
    }

    private static User CheckUser(User? user)
    {
        var complete =
            user is { GithubLogin.Length: > 0 }
            && (user.Organizations ?? []).All(organization => organization is { GithubLogin.Length: > 0 });
        return complete ? user! : throw new UserErrorException("unexpected response from server");
    }

    /// <summary>For messages that quote an answer.</summary>
    public static string TextOf(byte[] body) => Encoding.UTF8.GetString(body).Trim();
}
