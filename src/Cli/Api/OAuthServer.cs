using System.Text.Json;
using Wire;

namespace Cli.Api;

/// <summary>A back end that is an authorization server (RFC 8414), and what can be asked of it.</summary>
internal sealed class OAuthServer(CloudClient client, OAuthMetadata metadata)
{
    public const string ClientId = "pulumi-cli";
    public const string CodeGrant = "authorization_code";
    public const string DeviceGrant = "urn:ietf:params:oauth:grant-type:device_code";

    /// <summary>Nobody should notice that a server was asked that has nothing to say.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public string Issuer => metadata.Issuer;
    public string AuthorizationEndpoint => metadata.AuthorizationEndpoint;

    /// <summary>Where people find its pages.</summary>
    public string Console => new Uri(metadata.AuthorizationEndpoint).GetLeftPart(UriPartial.Authority);

    public bool OffersDevices => metadata.DeviceAuthorizationEndpoint is not null && metadata.GrantTypesSupported.Contains(DeviceGrant);

    /// <returns>Null if the server is none, does not answer soon, or offers nothing that we would use.</returns>
    public static async Task<OAuthServer?> Find(CloudClient client, string url, CancellationToken ct)
    {
        if (url == Auth.BackendUrl.PulumiCloud)
        {
            return null; // it has no such document
        }
        try
        {
            return await Read(client, url, ct);
        }
        catch (Exception problem) when (problem is ApiException or UserErrorException || IsTimeout(problem, ct))
        {
            return null;
        }
    }

    /// <returns>Null if the server offers nothing that we would use.</returns>
    /// <exception cref="UserErrorException">It cannot be reached.</exception>
    public static async Task<OAuthServer?> Read(CloudClient client, string url, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Patience);
        var metadata = await client.OAuthMetadata(limit.Token);
        return IsUsable(metadata, url) ? new(client, metadata) : null;
    }

    public static bool IsTimeout(Exception problem, CancellationToken ct) =>
        problem is OperationCanceledException && !ct.IsCancellationRequested;

    public Task<TokenGrant> Redeem(string code, string verifier, string redirectUri, CancellationToken ct) =>
        client.Form(
            Path(metadata.TokenEndpoint),
            new()
            {
                ["grant_type"] = CodeGrant,
                ["client_id"] = ClientId,
                ["code"] = code,
                ["redirect_uri"] = redirectUri,
                ["code_verifier"] = verifier,
            },
            OAuthJson.Default.TokenGrant,
            ct
        );

    public Task<DeviceAuthorization> StartDevice(string host, string command, CancellationToken ct) =>
        client.Form(
            Path(metadata.DeviceAuthorizationEndpoint!),
            new()
            {
                ["client_id"] = ClientId,
                ["device_name"] = host,
                ["command"] = command,
            },
            OAuthJson.Default.DeviceAuthorization,
            ct
        );

    public Task<TokenGrant> Poll(string deviceCode, CancellationToken ct) =>
        client.Form(
            Path(metadata.TokenEndpoint),
            new()
            {
                ["grant_type"] = DeviceGrant,
                ["client_id"] = ClientId,
                ["device_code"] = deviceCode,
            },
            OAuthJson.Default.TokenGrant,
            ct
        );

    public async Task Revoke(string refreshToken, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Patience);
        await client.Form(
            Path(metadata.RevocationEndpoint),
            new() { ["token"] = refreshToken, ["token_type_hint"] = "refresh_token" },
            limit.Token
        );
    }

    /// <returns>The code of RFC 6749, 5.2; null if the answer has none.</returns>
    public static string? ErrorIn(ApiException refused)
    {
        try
        {
            return JsonSerializer.Deserialize(refused.Body, OAuthJson.Default.TokenGrantError)?.Error;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // Secrets go to the server that the person named, whatever its document says.
    private static bool IsUsable(OAuthMetadata metadata, string url) =>
        metadata.Issuer == url
        && metadata.CodeChallengeMethodsSupported?.Contains("S256") == true
        && metadata.GrantTypesSupported?.Contains(CodeGrant) == true
        && Uri.TryCreate(metadata.AuthorizationEndpoint, UriKind.Absolute, out var page)
        && page.Scheme is "http" or "https"
        && IsOf(url, metadata.TokenEndpoint)
        && IsOf(url, metadata.RevocationEndpoint)
        && (metadata.DeviceAuthorizationEndpoint is null || IsOf(url, metadata.DeviceAuthorizationEndpoint));

    private static bool IsOf(string url, string? endpoint) => endpoint?.StartsWith(url + "/", StringComparison.Ordinal) == true;

    private string Path(string endpoint) => endpoint[metadata.Issuer.Length..];
}
