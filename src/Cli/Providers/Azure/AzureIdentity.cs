using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cli.Storage;

namespace Cli.Providers.Azure;

/// <summary>Who calls Azure, found where its own tools look: a service principal, a workload, the machine, the login of <c>az</c>.</summary>
internal sealed class AzureIdentity(Machine machine)
{
    private readonly Answers answers = new(machine);
    private readonly Dictionary<string, ProviderToken> known = new(StringComparer.Ordinal);

    private string Authority => (machine.Variable("AZURE_AUTHORITY_HOST") ?? "https://login.microsoftonline.com").TrimEnd('/');

    private string? Tenant => machine.Variable("AZURE_TENANT_ID");

    private string? Client => machine.Variable("AZURE_CLIENT_ID");

    /// <param name="resource">For instance <c>https://storage.azure.com</c>.</param>
    public async Task<string> Token(string resource, CancellationToken ct)
    {
        if (!known.TryGetValue(resource, out var token) || !token.IsGoodAt(machine.Clock.GetUtcNow()))
        {
            known[resource] = token = await Find(resource, ct);
        }
        return token.Text;
    }

    private async Task<ProviderToken> Find(string resource, CancellationToken ct)
    {
        if (Tenant is not null && Client is not null && await Proof(ct) is { } proof)
        {
            return await Exchange(proof, resource, ct);
        }
        return (machine.IsOn("AZURE_KEYVAULT_AUTH_VIA_CLI") ? null : await OfMachine(resource, ct))
            ?? await OfCommandLine(resource, ct)
            ?? throw new UserErrorException(
                "no Azure credentials found; run `az login`, or set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET"
            );
    }

    /// <returns>What proves that we are the client: null when there is nothing.</returns>
    private async Task<Dictionary<string, string>?> Proof(CancellationToken ct)
    {
        if (machine.Variable("AZURE_CLIENT_SECRET") is { } secret)
        {
            return new() { ["client_secret"] = secret };
        }
        var assertion =
            machine.Variable("AZURE_CLIENT_CERTIFICATE_PATH") is { } certificate ? Assertion(certificate)
            : machine.Variable("AZURE_FEDERATED_TOKEN_FILE") is { } file ? (await Read(file, ct)).Trim()
            : null;
        return assertion is null
            ? null
            : new()
            {
                ["client_assertion_type"] = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                ["client_assertion"] = assertion,
            };
    }

    private string TokenAddress => $"{Authority}/{Tenant}/oauth2/v2.0/token";

    private async Task<ProviderToken> Exchange(Dictionary<string, string> proof, string resource, CancellationToken ct)
    {
        var form = new Dictionary<string, string>(proof)
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = Client!,
            ["scope"] = resource + "/.default",
        };
        var answer = await answers.Send(() => new(HttpMethod.Post, TokenAddress) { Content = new FormUrlEncodedContent(form) }, ct);
        return ProviderToken.Of(answer, machine.Clock.GetUtcNow())
            ?? throw new UserErrorException(
                $"Azure does not accept the service principal {Client} of tenant {Tenant}: {answer.Fault}; check AZURE_CLIENT_ID and its secret or certificate"
            );
    }

    private string Assertion(string path)
    {
        try
        {
            using var certificate = path.EndsWith(".pfx", StringComparison.OrdinalIgnoreCase)
                ? X509CertificateLoader.LoadPkcs12FromFile(path, machine.Variable("AZURE_CLIENT_CERTIFICATE_PASSWORD"))
                : X509Certificate2.CreateFromPemFile(path);
            using var key = certificate.GetRSAPrivateKey() ?? throw new CryptographicException("it holds no RSA key");
            var now = machine.Clock.GetUtcNow();
            return Jwt.Sign(
                key,
                new() { ["x5t#S256"] = Base64Url.EncodeToString(SHA256.HashData(certificate.RawData)) },
                new()
                {
                    ["aud"] = TokenAddress,
                    ["iss"] = Client,
                    ["sub"] = Client,
                    ["jti"] = Guid.NewGuid().ToString(),
                    ["nbf"] = now.ToUnixTimeSeconds(),
                    ["exp"] = now.AddMinutes(10).ToUnixTimeSeconds(),
                }
            );
        }
        catch (Exception problem) when (problem is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"reading the certificate '{path}' (AZURE_CLIENT_CERTIFICATE_PATH): {problem.Message}");
        }
    }

    /// <summary>A managed identity: App Service and its kin say where to ask; virtual machines have one address for all.</summary>
    private async Task<ProviderToken?> OfMachine(string resource, CancellationToken ct)
    {
        var which = Client is null ? "" : "&client_id=" + Uri.EscapeDataString(Client);
        var query = $"resource={Uri.EscapeDataString(resource)}{which}";
        var answer =
            machine.Variable("IDENTITY_ENDPOINT") is { } endpoint && machine.Variable("IDENTITY_HEADER") is { } header
                ? await answers.Ask(() => Get($"{endpoint}?api-version=2019-08-01&{query}", "X-IDENTITY-HEADER", header), ct)
                : await answers.Ask(
                    () =>
                        Get(
                            $"{(machine.Variable("AZURE_POD_IDENTITY_AUTHORITY_HOST") ?? "http://169.254.169.254").TrimEnd('/')}/metadata/identity/oauth2/token?api-version=2018-02-01&{query}",
                            "Metadata",
                            "true"
                        ),
                    ct
                );
        return ProviderToken.Of(answer, machine.Clock.GetUtcNow());
    }

    private static HttpRequestMessage Get(string address, string header, string value)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.TryAddWithoutValidation(header, value);
        return request;
    }

    private async Task<ProviderToken?> OfCommandLine(string resource, CancellationToken ct)
    {
        var tenant = Tenant is null ? Array.Empty<string>() : ["--tenant", Tenant];
        string[] words = ["account", "get-access-token", "--output", "json", "--resource", resource, .. tenant];
        var output = OperatingSystem.IsWindows()
            ? await machine.Output("cmd.exe", ["/C", "az", .. words], ct)
            : await machine.Output("az", words, ct);
        try
        {
            var given = output is null ? null : JsonNode.Parse(output) as JsonObject;
            var expires = long.TryParse(given?["expires_on"]?.ToString(), CultureInfo.InvariantCulture, out var seconds)
                ? DateTimeOffset.FromUnixTimeSeconds(seconds)
                : machine.Clock.GetUtcNow().AddMinutes(5);
            return given?["accessToken"]?.ToString() is { } text ? new(text, expires) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static async Task<string> Read(string path, CancellationToken ct)
    {
        try
        {
            return await File.ReadAllTextAsync(path, ct);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"reading '{path}': {FileFault.Reason(problem)}");
        }
    }
}
