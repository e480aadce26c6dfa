using System.Text;
using System.Text.Json.Nodes;
using Cli.Storage;

namespace Cli.Providers.Google;

/// <summary>Who calls Google Cloud: a credentials file, a token that was given, the login of <c>gcloud</c>, or the machine.</summary>
internal sealed class GoogleIdentity(Machine machine)
{
    private const string Scope = "https://www.googleapis.com/auth/cloud-platform";
    private readonly Answers answers = new(machine);
    private ProviderToken? known;

    public async Task<string> Token(CancellationToken ct)
    {
        if (known?.IsGoodAt(machine.Clock.GetUtcNow()) != true)
        {
            known = await Find(ct);
        }
        return known.Text;
    }

    private async Task<ProviderToken> Find(CancellationToken ct)
    {
        if (machine.Variable("GOOGLE_CREDENTIALS") is null && machine.Variable("GOOGLE_OAUTH_ACCESS_TOKEN") is { } token)
        {
            return new(token, DateTimeOffset.MaxValue);
        }
        return GoogleCredentials.Find(machine) is { } credentials
            ? await Of(credentials, ct)
            : await OfMachine(ct)
                ?? throw new UserErrorException(
                    "no Google credentials found; run `gcloud auth application-default login`, or set GOOGLE_CREDENTIALS or GOOGLE_APPLICATION_CREDENTIALS"
                );
    }

    private Task<ProviderToken> Of(JsonObject credentials, CancellationToken ct) =>
        Text(credentials, "type") switch
        {
            "service_account" => OfServiceAccount(credentials, ct),
            "authorized_user" => OfPerson(credentials, ct),
            "impersonated_service_account" => OfImpersonation(credentials, ct),
            "external_account" => OfExternalAccount(credentials, ct),
            var type => throw new UserErrorException(
                $"Google credentials of the type '{type}' are not known (known: service_account, authorized_user, impersonated_service_account, external_account)"
            ),
        };

    private Task<ProviderToken> OfServiceAccount(JsonObject account, CancellationToken ct)
    {
        var address = Text(account, "token_uri") ?? "https://oauth2.googleapis.com/token";
        var form = new Dictionary<string, string>
        {
            ["grant_type"] = "urn:ietf:params:oauth:grant-type:jwt-bearer",
            ["assertion"] = Assertion(account, address),
        };
        return Exchange(address, form, $"the service account {Text(account, "client_email")}", ct);
    }

    private string Assertion(JsonObject account, string audience)
    {
        using var key = GoogleCredentials.Key(Text(account, "private_key") ?? "");
        var now = machine.Clock.GetUtcNow();
        return Jwt.Sign(
            key,
            new() { ["kid"] = Text(account, "private_key_id") },
            new()
            {
                ["iss"] = Text(account, "client_email"),
                ["scope"] = Scope,
                ["aud"] = audience,
                ["iat"] = now.ToUnixTimeSeconds(),
                ["exp"] = now.AddHours(1).ToUnixTimeSeconds(),
            }
        );
    }

    private Task<ProviderToken> OfPerson(JsonObject person, CancellationToken ct) =>
        Exchange(
            Text(person, "token_uri") ?? "https://oauth2.googleapis.com/token",
            new()
            {
                ["grant_type"] = "refresh_token",
                ["client_id"] = Text(person, "client_id") ?? "",
                ["client_secret"] = Text(person, "client_secret") ?? "",
                ["refresh_token"] = Text(person, "refresh_token") ?? "",
            },
            "the login of gcloud (run `gcloud auth application-default login` again)",
            ct
        );

    private async Task<ProviderToken> OfImpersonation(JsonObject credentials, CancellationToken ct)
    {
        var source = credentials["source_credentials"] as JsonObject ?? [];
        return await Impersonate(Text(credentials, "service_account_impersonation_url") ?? "", (await Of(source, ct)).Text, ct);
    }

    /// <summary>Workload identity federation: another issuer's token, from a file or an address, is changed into one of Google's.</summary>
    private async Task<ProviderToken> OfExternalAccount(JsonObject credentials, CancellationToken ct)
    {
        var form = new Dictionary<string, string>
        {
            ["grant_type"] = "urn:ietf:params:oauth:grant-type:token-exchange",
            ["audience"] = Text(credentials, "audience") ?? "",
            ["scope"] = Scope,
            ["requested_token_type"] = "urn:ietf:params:oauth:token-type:access_token",
            ["subject_token_type"] = Text(credentials, "subject_token_type") ?? "",
            ["subject_token"] = await SubjectToken(credentials["credential_source"] as JsonObject ?? [], ct),
        };
        var token = await Exchange(
            Text(credentials, "token_url") ?? "https://sts.googleapis.com/v1/token",
            form,
            "the external account",
            ct
        );
        return Text(credentials, "service_account_impersonation_url") is { } account ? await Impersonate(account, token.Text, ct) : token;
    }

    private async Task<string> SubjectToken(JsonObject source, CancellationToken ct)
    {
        string text;
        if (Text(source, "file") is { } file)
        {
            try
            {
                text = await File.ReadAllTextAsync(file, ct);
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                throw new UserErrorException($"reading '{file}': {FileFault.Reason(problem)}");
            }
        }
        else
        {
            var address =
                Text(source, "url")
                ?? throw new UserErrorException(
                    "the external account's credential_source is neither a file nor an address; this program knows no other"
                );
            text = (await answers.Send(() => WithHeaders(new(HttpMethod.Get, address), source["headers"] as JsonObject ?? []), ct)).Written;
        }
        var format = source["format"] as JsonObject ?? [];
        return Text(format, "type") == "json"
            ? JsonNode.Parse(text)?[Text(format, "subject_token_field_name") ?? "access_token"]?.ToString() ?? ""
            : text.Trim();
    }

    private async Task<ProviderToken> Impersonate(string address, string token, CancellationToken ct)
    {
        var body = new JsonObject { ["scope"] = new JsonArray(Scope), ["lifetime"] = "3600s" }.ToJsonString();
        var answer = await answers.Send(
            () =>
                WithHeaders(
                    new(HttpMethod.Post, address) { Content = new StringContent(body, Encoding.UTF8, "application/json") },
                    new() { ["Authorization"] = "Bearer " + token }
                ),
            ct
        );
        return answer.IsGood && answer["accessToken"] is { } text
            ? new(text, DateTimeOffset.TryParse(answer["expireTime"], out var expires) ? expires : machine.Clock.GetUtcNow().AddMinutes(30))
            : throw new UserErrorException($"Google does not give a token of the service account at {address}: {answer.Fault}");
    }

    private async Task<ProviderToken> Exchange(string address, Dictionary<string, string> form, string who, CancellationToken ct)
    {
        var answer = await answers.Send(() => new(HttpMethod.Post, address) { Content = new FormUrlEncodedContent(form) }, ct);
        return ProviderToken.Of(answer, machine.Clock.GetUtcNow())
            ?? throw new UserErrorException($"Google does not accept {who}: {answer.Fault}");
    }

    private async Task<ProviderToken?> OfMachine(CancellationToken ct)
    {
        var host = machine.Variable("GCE_METADATA_HOST") ?? "169.254.169.254";
        var address = $"http://{host}/computeMetadata/v1/instance/service-accounts/default/token";
        var answer = await answers.Ask(() => WithHeaders(new(HttpMethod.Get, address), new() { ["Metadata-Flavor"] = "Google" }), ct);
        return ProviderToken.Of(answer, machine.Clock.GetUtcNow());
    }

    private static HttpRequestMessage WithHeaders(HttpRequestMessage request, JsonObject headers)
    {
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value?.ToString());
        }
        return request;
    }

    private static string? Text(JsonObject json, string member) => json[member]?.ToString() is { Length: > 0 } text ? text : null;
}
