using Cli.Auth;

namespace Cli.Backends.Buckets;

/// <summary>From an address to the bucket behind it.</summary>
internal static class BucketUrl
{
    public static Task<IBucket> Open(Machine machine, string url, CancellationToken ct) =>
        BackendUrl.IsFile(url)
            ? Task.FromResult<IBucket>(FileBucket.Open(machine, url))
            : throw new UserErrorException(
                "this program cannot open buckets and databases yet; the stock Pulumi CLI can, and shares its logins with this one"
            );
}
