using Cli.Tests.Support;
using Cli.Tests.Support.Clouds;

namespace Cli.Tests.Backends;

/// <summary>The store in a container of Azure Blob Storage, on a server that computes every signature again.</summary>
public sealed class AzureStoreTests : StoreTests
{
    private readonly AzureServer _server = new();

    private protected override async Task<StoreHome> Open()
    {
        await _server.Start();
        _work.Machine.Variables["AZURE_STORAGE_KEY"] = AzureServer.Key;
        var url = $"azblob://states/team/web?storage_account={AzureServer.Account}&protocol=http&domain={_server.Address.Authority}";
        return new ServerHome(_server, _server.Blobs, url, "team/web/");
    }

    [Fact]
    public async Task A_shared_access_signature_is_enough_and_is_not_shown()
    {
        _work.Machine.Variables.Remove("AZURE_STORAGE_KEY");
        _work.Machine.Variables["AZURE_STORAGE_SAS_TOKEN"] = "?" + AzureServer.SignedQuery;

        await _work.Do("stack", "init", "dev");
        await _work.Do("stack", "ls");

        _server.Complaints.ShouldBeEmpty();
        var unreachable = $"azblob://states?storage_account={AzureServer.Account}&protocol=http&domain=127.0.0.1:1";
        (await Fault(unreachable)).ShouldBe(
            $"error: unable to open bucket \"{unreachable}\": performing HTTP request: Get "
                + "\"http://127.0.0.1:1/devstore/states/.pulumi/meta.yaml\": dial tcp 127.0.0.1:1: connect: connection refused\n"
        );
    }

    [Fact]
    public async Task A_connection_string_says_everything()
    {
        _work.Machine.Variables.Remove("AZURE_STORAGE_KEY");
        _work.Machine.Variables["AZURE_STORAGE_CONNECTION_STRING"] =
            $"DefaultEndpointsProtocol=http;AccountName={AzureServer.Account};AccountKey={AzureServer.Key};BlobEndpoint={_server.Address}{AzureServer.Account};";
        _work.Machine.Variables["PULUMI_BACKEND_URL"] = "azblob://states/team/web";

        await _work.Do("stack", "init", "dev");

        (await _home.Keys("stacks/")).ShouldBe(["stacks/web/dev.json"]);
    }

    [Fact]
    public async Task A_busy_store_is_asked_again()
    {
        _server.Faults.Enqueue(503);

        await _work.Do("stack", "init", "dev");

        _work.Machine.Waits.ShouldBe([TimeSpan.FromSeconds(1)]);
    }

    [Fact]
    public async Task What_stands_in_the_way_is_said_with_what_to_do()
    {
        (await Fault(_home.Url.Replace("azblob://states", "azblob://missing", StringComparison.Ordinal))).ShouldEndWith(
            $"the container 'missing' does not exist at {_server.Address.Authority}; make it with `az storage container create`, or correct the address\n"
        );
        _work.Machine.Variables["AZURE_STORAGE_KEY"] = "AAAA";
        (await Fault(_home.Url)).ShouldEndWith(
            "AuthenticationFailed: Server failed to authenticate the request. Check AZURE_STORAGE_ACCOUNT with AZURE_STORAGE_KEY or AZURE_STORAGE_SAS_TOKEN\n"
        );
        _work.Machine.Variables["AZURE_STORAGE_KEY"] = "not base64!";
        (await Fault(_home.Url)).ShouldEndWith("is not base64; copy it again from `az storage account keys list`\n");
        _work.Machine.Variables.Remove("AZURE_STORAGE_KEY");
        (await Fault(_home.Url)).ShouldEndWith(
            "no Azure credentials found; run `az login`, or set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET\n"
        );
    }
}
