using Cli.Tests.Support;
using Cli.Tests.Support.Clouds;

namespace Cli.Tests.Backends;

/// <summary>The store in a bucket of Google Cloud Storage.</summary>
public sealed class GoogleStoreTests : StoreTests
{
    private readonly GoogleServer _server;

    public GoogleStoreTests() => _server = new() { Now = () => _work.Machine.Clock.GetUtcNow() };

    private protected override async Task<StoreHome> Open()
    {
        await _server.Start();
        _work.Machine.Variables["STORAGE_EMULATOR_HOST"] = _server.Address.Authority;
        _work.Machine.Variables["GOOGLE_CREDENTIALS"] = _server.Credentials;
        return new ServerHome(_server, _server.Blobs, "gs://states/team/web", "team/web/");
    }

    [Fact]
    public async Task Credentials_may_be_base64_or_a_file_or_a_token()
    {
        var json = _server.Credentials;
        _work.Machine.Variables["GOOGLE_CREDENTIALS"] = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(json));
        await _work.Do("stack", "ls");
        _work.Machine.Variables.Remove("GOOGLE_CREDENTIALS");
        var file = Path.Combine(_work.Machine.Work, "key.json");
        _work.Machine.Write(file, json);
        _work.Machine.Variables["GOOGLE_APPLICATION_CREDENTIALS"] = file;
        await _work.Do("stack", "ls");
        _server.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_stands_in_the_way_is_said_with_what_to_do()
    {
        (await Fault("gs://missing")).ShouldBe(
            $"error: unable to open bucket \"gs://missing\": the bucket 'missing' does not exist at {_server.Address.Authority}; "
                + "make it with `gcloud storage buckets create`, or correct the address\n"
        );
        using var other = System.Security.Cryptography.RSA.Create(2048);
        var stolen = System.Text.Json.Nodes.JsonNode.Parse(_server.Credentials)!;
        stolen["private_key"] = other.ExportPkcs8PrivateKeyPem();
        _work.Machine.Variables["GOOGLE_CREDENTIALS"] = stolen.ToJsonString();
        (await Fault(_home.Url)).ShouldEndWith(
            "Google does not accept the service account state@p.iam.gserviceaccount.com: 400: Invalid JWT Signature.\n"
        );
        _work.Machine.Variables["GOOGLE_CREDENTIALS"] = "nothing";
        (await Fault(_home.Url)).ShouldEndWith("GOOGLE_CREDENTIALS is neither the JSON of a credentials file nor its base64\n");
    }
}
