using System.Globalization;
using Cli.Backends.Buckets;
using Cli.Backends.Buckets.Azure;
using Cli.Providers;
using Cli.Providers.Azure;
using Cli.Tests.Support;

namespace Cli.Tests.Backends;

/// <summary>The store in Microsoft's own emulator of Azure Blob Storage, which <c>./test</c> starts.</summary>
public sealed class AzuriteStoreTests : StoreTests
{
    // The same for every Azurite.
    private const string Account = "devstoreaccount1";
    private const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private protected override async Task<StoreHome> Open()
    {
        var address = Environment.GetEnvironmentVariable("TEST_AZURITE");
        Assert.SkipWhen(address is null, "TEST_AZURITE is not set. Run the tests with ./test, which starts an Azurite.");
        var container = "c" + Guid.NewGuid().ToString("n");
        _work.Machine.Variables["AZURE_STORAGE_KEY"] = Key;
        await Make(new Uri($"{address}/{container}?restype=container"));
        return new AzuriteHome(
            _work.Machine.Machine(),
            $"azblob://{container}/web?storage_account={Account}&protocol=http&domain={new Uri(address).Authority}"
        );
    }

    private static async Task Make(Uri container)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Put, container);
        request.Headers.Add("x-ms-version", "2021-08-06");
        request.Headers.Add("x-ms-date", DateTimeOffset.UtcNow.ToString("r", CultureInfo.InvariantCulture));
        new SharedKey(Account, Convert.FromBase64String(Key)).Sign(request);
        (await client.SendAsync(request)).EnsureSuccessStatusCode();
    }

    private sealed class AzuriteHome(Machine machine, string url) : StoreHome
    {
        private readonly IBucket _bucket = AzureBucket.Open(machine, ServiceAddress.Parse(url));

        public override string Url => url;

        public override Task<byte[]?> Read(string key) => _bucket.Read(".pulumi/" + key, CancellationToken.None);

        public override Task Write(string key, byte[] content) => _bucket.Write(".pulumi/" + key, content, CancellationToken.None);

        public override async Task<IReadOnlyList<string>> Keys(string below) =>
            [.. (await _bucket.List(".pulumi/" + below, CancellationToken.None)).Select(entry => entry.Key[".pulumi/".Length..])];

        public override ValueTask DisposeAsync() => _bucket.DisposeAsync();
    }
}
