using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Server.Data;
using Server.Settings;
using Support;
using Wire;

namespace Server.Tests.Oidc;

/// <summary>An organization that has registered a provider, and what is asked of it.</summary>
internal sealed class Exchanges : IAsyncDisposable
{
    public required TestServer Server { get; init; }
    public required TokenIssuer Provider { get; init; }
    public required HttpClient Ann { get; init; }
    public OidcIssuerRegistrationResponse Issuer { get; private set; } = null!;

    public const string Audience = "urn:pulumi:org:ann";

    public static ServerSettings Local(ServerSettings settings) => settings with { PrivateNetworks = [IPNetwork.Parse("127.0.0.0/8")] };

    /// <summary>The organization is <c>ann</c>; the issuer has no rules yet.</summary>
    /// <param name="issuer">The address of another provider than ours.</param>
    public static async Task<Exchanges> Start(Engine engine = Engine.Sqlite, string? issuer = null)
    {
        var server = await TestServer.Start(engine, Local);
        var exchanges = new Exchanges
        {
            Server = server,
            Provider = await TokenIssuer.Start(),
            Ann = await server.ClientOf("ann"),
        };
        exchanges.Issuer = await exchanges.Register(new JsonObject { ["name"] = "github", ["url"] = issuer ?? exchanges.Provider.Url });
        return exchanges;
    }

    public async Task<OidcIssuerRegistrationResponse> Register(JsonObject body)
    {
        var answer = await Ann.PostAsync("/api/orgs/ann/oidc/issuers", new StringContent(body.ToJsonString()));
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync(WireJson.Default.OidcIssuerRegistrationResponse))!;
    }

    /// <param name="policies">A JSON array.</param>
    public async Task<HttpResponseMessage> Allow(string policies)
    {
        var policy = (
            await Ann.GetFromJsonAsync($"/api/orgs/ann/auth/policies/oidcissuers/{Issuer.Id}", WireJson.Default.AuthPolicyResponse)
        )!;
        return await Ann.PatchAsync($"/api/orgs/ann/auth/policies/{policy.Id}", new StringContent($$"""{"policies":{{policies}}}"""));
    }

    public Task<HttpResponseMessage> AllowMain() =>
        Allow(
            """[{"decision":"allow","tokenType":"organization","authorizedPermissions":[],"rules":{"sub":"repo:acme/*:ref:refs/heads/main"}}]"""
        );

    public JsonObject Claims(Action<JsonObject>? change = null)
    {
        var claims = Provider.GitHubClaims(Server.Clock.GetUtcNow(), Audience);
        change?.Invoke(claims);
        return claims;
    }

    public string Token(Action<JsonObject>? change = null) => Provider.Sign(Claims(change));

    public async Task<(HttpStatusCode Status, string Body)> Exchange(string token, params (string Name, string Value)[] fields)
    {
        var form = new Dictionary<string, string>
        {
            ["grant_type"] = "urn:ietf:params:oauth:grant-type:token-exchange",
            ["audience"] = Audience,
            ["subject_token_type"] = "urn:ietf:params:oauth:token-type:id_token",
            ["subject_token"] = token,
            ["requested_token_type"] = "urn:pulumi:token-type:access_token:organization",
            ["scope"] = "",
        };
        foreach (var (name, value) in fields)
        {
            form[name] = value;
        }
        using var client = Server.Client();
        var answer = await client.PostAsync("/api/oauth/token", new FormUrlEncodedContent(form));
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    public async Task<HttpClient> Exchanged(string token, params (string Name, string Value)[] fields)
    {
        var (status, body) = await Exchange(token, fields);
        status.ShouldBe(HttpStatusCode.OK, body);
        return Server.Client(JsonNode.Parse(body)!["access_token"]!.GetValue<string>());
    }

    /// <returns>The reason.</returns>
    public async Task<string> Refused(string token, params (string Name, string Value)[] fields)
    {
        var (status, body) = await Exchange(token, fields);
        status.ShouldBe(HttpStatusCode.BadRequest, body);
        return JsonNode.Parse(body)!["error_description"]!.GetValue<string>();
    }

    public Task<List<string>> Audited(string name) =>
        Server
            .Services.GetRequiredService<Database>()
            .Query<string>($"SELECT description FROM audit_events WHERE event = {name} ORDER BY id", CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        Ann.Dispose();
        await Provider.DisposeAsync();
        await Server.DisposeAsync();
    }
}
