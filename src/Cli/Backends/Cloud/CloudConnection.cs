using System.Text.Json;
using System.Text.Json.Nodes;
using Cli.Api;
using Cli.Storage;
using Wire;

namespace Cli.Backends.Cloud;

/// <summary>A logged-in cloud: sends calls and tells failures in the stock CLI's words.</summary>
internal sealed class CloudConnection(Session session, string url, Account account) : IDisposable
{
    private readonly CloudClient client = new(session, url, account.Trust);

    public string Url => url;
    public string User => account.UserName;

    public string? Console => ConsoleUrl.Of(new Uri(url), session.Machine.Variable("PULUMI_CONSOLE_DOMAIN"));

    public async Task<byte[]> Send(CloudCall call, CancellationToken ct)
    {
        try
        {
            return await client.Call(call, account.AccessToken, ct);
        }
        catch (ApiException refused)
        {
            throw Told(refused);
        }
    }

    public async Task<JsonObject> Ask(CloudCall call, CancellationToken ct) => Parse(await Send(call, ct));

    /// <summary>For calls of which some failures are answers.</summary>
    /// <param name="failure">Gets the code of the body; what it returns is thrown, and null is "as ever".</param>
    /// <returns>Null where <paramref name="absent"/> holds for the failure.</returns>
    public async Task<byte[]?> SendOr(
        CloudCall call,
        Func<ApiException, bool> absent,
        Func<ApiException, UserErrorException?> failure,
        CancellationToken ct
    )
    {
        try
        {
            return await client.Call(call, account.AccessToken, ct);
        }
        catch (ApiException refused) when (absent(refused))
        {
            return null;
        }
        catch (ApiException refused)
        {
            throw failure(refused) ?? Told(refused);
        }
    }

    /// <param name="failure">As for <see cref="SendOr"/>.</param>
    public async Task<CloudAnswer> Exchange(CloudCall call, Func<ApiException, UserErrorException?> failure, CancellationToken ct)
    {
        try
        {
            return await client.Exchange(call, account.AccessToken, ct);
        }
        catch (ApiException refused)
        {
            throw failure(refused) ?? Told(refused);
        }
    }

    /// <summary>Failures are answers, too.</summary>
    public Task<RawAnswer> Raw(CloudCall call, IReadOnlyList<KeyValuePair<string, string>> headers, CancellationToken ct) =>
        client.Raw(call, headers, account.AccessToken, ct);

    public static JsonObject Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonNode.Parse(body.Span) as JsonObject ?? throw new UserErrorException("unexpected response from server");
        }
        catch (JsonException problem)
        {
            throw new UserErrorException($"unmarshalling response object: {GoJsonError.Describe(body.ToArray(), problem)}");
        }
    }

    public void Dispose() => client.Dispose();

    private UserErrorException Told(ApiException refused) =>
        refused is { Status: 401, SamlOrganization: null }
            ? new("this command requires logging in; try running `pulumi login` first", Exit.Authentication)
            : refused.AsUserError(Console);
}
