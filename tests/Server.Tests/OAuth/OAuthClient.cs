using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Web;
using Microsoft.AspNetCore.WebUtilities;
using Support;
using Wire;

namespace Server.Tests.OAuth;

/// <summary>What a command line does, step by step.</summary>
internal sealed class OAuthClient(TestServer server) : IDisposable
{
    public const string Redirect = "http://127.0.0.1:41234/callback";

    private readonly HttpClient _http = server.Client();

    public string Verifier { get; } = WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(32));
    public string Challenge => WebEncoders.Base64UrlEncode(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier)));

    public void Dispose() => _http.Dispose();

    public string Page(params (string Name, string? Value)[] changes)
    {
        var fields = new Dictionary<string, string?>
        {
            ["response_type"] = "code",
            ["client_id"] = "pulumi-cli",
            ["redirect_uri"] = Redirect,
            ["state"] = "s",
            ["code_challenge"] = Challenge,
            ["code_challenge_method"] = "S256",
            ["device_name"] = "build-7",
            ["command"] = "pulumi login",
        };
        foreach (var (name, value) in changes)
        {
            fields[name] = value;
        }
        return QueryHelpers.AddQueryString("/oauth/authorize", fields.Where(f => f.Value is not null));
    }

    /// <summary>Signed in already, the person agrees.</summary>
    public async Task<string> Code(FormBrowser browser)
    {
        await browser.Open(Page());
        await browser.Submit("authorize", ("Choice", "authorize"));
        return HttpUtility.ParseQueryString(browser.Left!.Query)["code"]!;
    }

    public Task<Answer> Redeem(string code, string? verifier = null, string redirect = Redirect) =>
        Post(
            "token",
            ("grant_type", "authorization_code"),
            ("client_id", "pulumi-cli"),
            ("code", code),
            ("redirect_uri", redirect),
            ("code_verifier", verifier ?? Verifier)
        );

    public async Task<TokenGrant> LogIn(FormBrowser browser) => (await Redeem(await Code(browser))).Grant!;

    /// <summary>As the stock CLI does it: without a client id.</summary>
    public Task<Answer> Refresh(string? token) => Post("token", ("grant_type", "refresh_token"), ("refresh_token", token!));

    public async Task<DeviceAuthorization> Device()
    {
        using var form = Form(("client_id", "pulumi-cli"), ("device_name", "build-7"), ("command", "pulumi login"));
        var answer = await _http.PostAsync("/api/oauth/device", form);
        return (await answer.Content.ReadFromJsonAsync(OAuthJson.Default.DeviceAuthorization))!;
    }

    public Task<Answer> Poll(DeviceAuthorization device) =>
        Post(
            "token",
            ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
            ("client_id", "pulumi-cli"),
            ("device_code", device.DeviceCode)
        );

    public async Task<Answer> Post(string endpoint, params (string Name, string Value)[] fields)
    {
        using var form = Form(fields);
        var answer = await _http.PostAsync("/api/oauth/" + endpoint, form);
        var body = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode
            ? new(
                (int)answer.StatusCode,
                body.Length == 0 ? null : System.Text.Json.JsonSerializer.Deserialize(body, OAuthJson.Default.TokenGrant),
                null
            )
            : new(
                (int)answer.StatusCode,
                null,
                System.Text.Json.JsonSerializer.Deserialize(body, OAuthJson.Default.TokenGrantError)!.Error
            );
    }

    /// <summary>Whether the API takes it.</summary>
    public async Task<bool> Works(string token)
    {
        using var client = server.Client(token);
        return (await client.GetAsync("/api/user")).IsSuccessStatusCode;
    }

    private static FormUrlEncodedContent Form(params (string Name, string Value)[] fields) =>
        new(fields.Select(f => KeyValuePair.Create(f.Name, f.Value)));
}

internal sealed record Answer(int Status, TokenGrant? Grant, string? Error);
