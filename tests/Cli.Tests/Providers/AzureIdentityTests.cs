using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using System.Web;
using Cli.Providers.Azure;
using Cli.Tests.Support;

namespace Cli.Tests.Providers;

/// <summary>Where the tokens of Azure come from, each source as its own documents describe it.</summary>
public sealed class AzureIdentityTests : IAsyncLifetime
{
    private const string Resource = "https://storage.azure.com";
    private readonly TestMachine _machine = new();
    private FakeCloud _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await FakeCloud.Start();
        _server.AnswerAlways(200, """{"token_type":"Bearer","expires_in":"3599","access_token":"given"}""");
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _machine.Dispose();
    }

    [Fact]
    public async Task A_service_principal_has_a_secret()
    {
        Principal();
        _machine.Variables["AZURE_CLIENT_SECRET"] = "s3cret";
        var identity = new AzureIdentity(_machine.Machine());

        (await identity.Token(Resource, TestContext.Current.CancellationToken)).ShouldBe("given");
        await identity.Token(Resource, TestContext.Current.CancellationToken);

        var request = _server.Requests.ShouldHaveSingleItem();
        request.Line.ShouldBe("POST /t/oauth2/v2.0/token");
        var form = HttpUtility.ParseQueryString(request.Body);
        (form["grant_type"], form["client_id"], form["client_secret"], form["scope"]).ShouldBe(
            ("client_credentials", "c", "s3cret", Resource + "/.default")
        );
        _server.AnswerAlways(401, """{"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret."}""");
        (await Should.ThrowAsync<UserErrorException>(() => Find())).Message.ShouldBe(
            "Azure does not accept the service principal c of tenant t: 401: AADSTS7000215: Invalid client secret.; check AZURE_CLIENT_ID and its secret or certificate"
        );
    }

    [Fact]
    public async Task A_service_principal_has_a_certificate()
    {
        Principal();
        using var key = RSA.Create(2048);
        using var certificate = new CertificateRequest("CN=c", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSelfSigned(
            DateTimeOffset.UtcNow.AddDays(-1),
            DateTimeOffset.UtcNow.AddDays(1)
        );
        var path = Path.Combine(_machine.Work, "c.pem");
        _machine.Write(path, certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem());
        _machine.Variables["AZURE_CLIENT_CERTIFICATE_PATH"] = path;

        (await Find()).ShouldBe("given");

        var form = HttpUtility.ParseQueryString(_server.Requests.Single().Body);
        form["client_assertion_type"].ShouldBe("urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
        var parts = form["client_assertion"]!.Split('.');
        key.VerifyData(
                Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"),
                Base64Url.DecodeFromChars(parts[2]),
                HashAlgorithmName.SHA256,
                RSASignaturePadding.Pkcs1
            )
            .ShouldBeTrue();
        JsonNode.Parse(Base64Url.DecodeFromChars(parts[0]))!["x5t#S256"]!
            .ToString()
            .ShouldBe(Base64Url.EncodeToString(SHA256.HashData(certificate.RawData)));
        JsonNode.Parse(Base64Url.DecodeFromChars(parts[1]))!["aud"]!.ToString().ShouldBe(_server.Url + "/t/oauth2/v2.0/token");
    }

    [Fact]
    public async Task A_workload_has_a_token_of_its_cluster()
    {
        Principal();
        _machine.Write(Path.Combine(_machine.Work, "token"), "jwt\n");
        _machine.Variables["AZURE_FEDERATED_TOKEN_FILE"] = Path.Combine(_machine.Work, "token");

        (await Find()).ShouldBe("given");

        HttpUtility.ParseQueryString(_server.Requests.Single().Body)["client_assertion"].ShouldBe("jwt");
    }

    [Fact]
    public async Task A_machine_has_an_identity()
    {
        _machine.Variables["AZURE_POD_IDENTITY_AUTHORITY_HOST"] = _server.Url;
        (await Find()).ShouldBe("given");
        _server.Requests.Single().Headers["Metadata"].ShouldBe("true");

        _machine.Variables["IDENTITY_ENDPOINT"] = _server.Url + "/msi";
        _machine.Variables["IDENTITY_HEADER"] = "h";
        (await Find()).ShouldBe("given");
        _server.Requests.Last().Headers["X-IDENTITY-HEADER"].ShouldBe("h");
    }

    [Fact]
    public async Task The_login_of_az_is_used_last()
    {
        _machine.Programs = line =>
            line == $"az account get-access-token --output json --resource {Resource}"
                ? """{"accessToken":"of-az","expires_on":1790000000}"""
                : null;

        (await Find()).ShouldBe("of-az");

        _machine.Programs = _ => null;
        (await Should.ThrowAsync<UserErrorException>(() => Find())).Message.ShouldStartWith("no Azure credentials found; run `az login`");
    }

    private void Principal()
    {
        _machine.Variables["AZURE_AUTHORITY_HOST"] = _server.Url + "/";
        _machine.Variables["AZURE_TENANT_ID"] = "t";
        _machine.Variables["AZURE_CLIENT_ID"] = "c";
    }

    private Task<string> Find() => new AzureIdentity(_machine.Machine()).Token(Resource, TestContext.Current.CancellationToken);
}
