using Cli.Auth;
using Cli.Backends.Buckets.Azure;
using Cli.Backends.Buckets.Google;
using Cli.Backends.Buckets.Postgres;
using Cli.Backends.Buckets.S3;
using Cli.Providers;

namespace Cli.Backends.Buckets;

/// <summary>From an address to the bucket behind it. Nothing but a database is asked yet.</summary>
internal static class BucketUrl
{
    public static async Task<IBucket> Open(Machine machine, string url, CancellationToken ct)
    {
        if (BackendUrl.IsFile(url))
        {
            return FileBucket.Open(machine, url);
        }
        var address = ServiceAddress.Parse(url);
        return address.Scheme switch
        {
            "postgres" => await PostgresBucket.Open(machine, url, ct),
            "s3" => S3Bucket.Open(machine, address),
            "azblob" => AzureBucket.Open(machine, address),
            "gs" => GoogleBucket.Open(machine, address),
            _ => throw new InvalidOperationException($"no bucket has the scheme of '{address.Scheme}'"),
        };
    }
}
