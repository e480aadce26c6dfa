using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Cli.Api;
using Wire;

namespace Cli.Auth;

/// <summary>The two ways to an access token that need no person: a refresh token, and another identity provider's token.</summary>
internal static class TokenGrants
{
    /// <returns>Null when the server grants none, whatever its reason: the refused request's own result stands then.</returns>
    public static async Task<TokenGrant?> Refresh(CloudClient client, string refreshToken, CancellationToken ct)
    {
        try
        {
            var (status, body) = await client.PostTokenForm([new("grant_type", "refresh_token"), new("refresh_token", refreshToken)], ct);
            return status == HttpStatusCode.OK ? Parse(body) : null;
        }
        catch (UserErrorException)
        {
            return null;
        }
    }

    public static async Task<TokenGrant> Exchange(
        CloudClient client,
        TokenSubject subject,
        string jwt,
        TimeSpan lifetime,
        CancellationToken ct
    )
    {
        var (status, body) = await client.PostTokenForm(
            [
                new("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"),
                new("audience", "urn:pulumi:org:" + subject.Organization),
                new("subject_token_type", "urn:ietf:params:oauth:token-type:id_token"),
                new("subject_token", jwt),
                new("requested_token_type", "urn:pulumi:token-type:access_token:" + subject.Kind),
                new("scope", subject.Scope),
                new("expiration", ((long)lifetime.TotalSeconds).ToString()),
            ],
            ct
        );
        return status switch
        {
            HttpStatusCode.OK => Parse(body) ?? throw new UserErrorException("unexpected response from server"),
            HttpStatusCode.NotFound => throw new UserErrorException(
                "this server offers no token exchange. Log in with an access token instead: set PULUMI_ACCESS_TOKEN, or use --token-stdin"
            ),
            _ => throw new UserErrorException(
                CloudClient.TextOf(body) is { Length: > 0 } text ? text : $"the server answered {(int)status}"
            ),
        };
    }

    private static TokenGrant? Parse(byte[] body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, GrantJson.Default.TokenGrant) is { AccessToken.Length: > 0 } grant ? grant : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>OAuth's bodies are in snake case, unlike everything else.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(TokenGrant))]
internal sealed partial class GrantJson : JsonSerializerContext;
