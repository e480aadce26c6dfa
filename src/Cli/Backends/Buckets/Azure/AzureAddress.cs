using Cli.Providers;
using Cli.Providers.Azure;

namespace Cli.Backends.Buckets.Azure;

/// <summary>Where a container is reached, from <c>azblob://container/prefix?storage_account=…</c> and the environment.</summary>
/// <param name="Root">The container's address, without a slash at its end.</param>
/// <param name="SignedQuery">A shared access signature; null when there is none.</param>
/// <param name="Key">Null when there is none.</param>
internal sealed record AzureAddress(string Container, Uri Root, string? SignedQuery, SharedKey? Key)
{
    public static AzureAddress Of(Machine machine, ServiceAddress address)
    {
        address.Allow("storage_account", "domain", "protocol", "cdn", "localemu");
        if (address.Host.Length == 0)
        {
            throw new UserErrorException("the address names no container; it should look like azblob://my-container");
        }
        var connection = Connection(machine);
        var account =
            address["storage_account"]
            ?? machine.Variable("AZURE_STORAGE_ACCOUNT")
            ?? connection.GetValueOrDefault("AccountName")
            ?? throw new UserErrorException(
                "no storage account is named; add ?storage_account=… to the address, or set AZURE_STORAGE_ACCOUNT"
            );
        var signature = machine.Variable("AZURE_STORAGE_SAS_TOKEN") ?? connection.GetValueOrDefault("SharedAccessSignature");
        var key = machine.Variable("AZURE_STORAGE_KEY") ?? connection.GetValueOrDefault("AccountKey");
        var service = connection.GetValueOrDefault("BlobEndpoint")?.TrimEnd('/') ?? ServiceOf(machine, address, account, connection);
        return new(
            address.Host,
            new Uri($"{service}/{address.Host}"),
            signature?.TrimStart('?'),
            key is null || signature is not null ? null : new(account, Decoded(key))
        );
    }

    private static string ServiceOf(Machine machine, ServiceAddress address, string account, Dictionary<string, string> connection)
    {
        var domain =
            address["domain"]
            ?? machine.Variable("AZURE_STORAGE_DOMAIN")
            ?? (connection.GetValueOrDefault("EndpointSuffix") is { } suffix ? "blob." + suffix : "blob.core.windows.net");
        var protocol =
            address["protocol"]
            ?? machine.Variable("AZURE_STORAGE_PROTOCOL")
            ?? connection.GetValueOrDefault("DefaultEndpointsProtocol")
            ?? "https";
        if (protocol is not ("http" or "https"))
        {
            throw new UserErrorException($"the protocol of Azure storage is http or https, not '{protocol}'");
        }
        var isEmulator =
            address.IsOn("localemu")
            || machine.IsOn("AZURE_STORAGE_IS_LOCAL_EMULATOR")
            || domain.StartsWith("127.0.0.1", StringComparison.Ordinal)
            || domain.StartsWith("localhost", StringComparison.Ordinal);
        var isCdn = address.IsOn("cdn") || machine.IsOn("AZURE_STORAGE_IS_CDN");
        return isEmulator ? $"{protocol}://{domain}/{account}"
            : isCdn ? $"{protocol}://{domain}"
            : $"{protocol}://{account}.{domain}";
    }

    private static Dictionary<string, string> Connection(Machine machine) =>
        (machine.Variable("AZURE_STORAGE_CONNECTION_STRING") ?? machine.Variable("AZURE_STORAGEBLOB_CONNECTIONSTRING") ?? "")
            .Split(';', StringSplitOptions.RemoveEmptyEntries)
            .Select(part => part.Split('=', 2))
            .Where(part => part.Length == 2)
            .DistinctBy(part => part[0], StringComparer.OrdinalIgnoreCase)
            .ToDictionary(part => part[0].Trim(), part => part[1].Trim(), StringComparer.OrdinalIgnoreCase);

    private static byte[] Decoded(string key)
    {
        try
        {
            return Convert.FromBase64String(key);
        }
        catch (FormatException)
        {
            throw new UserErrorException(
                "the key of the storage account (AZURE_STORAGE_KEY) is not base64; copy it again from `az storage account keys list`"
            );
        }
    }
}
