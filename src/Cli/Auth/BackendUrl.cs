namespace Cli.Auth;

/// <summary>The address of a back end: which kinds there are, and the one spelling under which each is stored.</summary>
internal static class BackendUrl
{
    public const string Saas = "https://api.pulumi.com";
    public const string Local = "file://~";

    private static readonly string[] StorageSchemes = ["azblob", "gs", "s3", "file", "postgres"];

    public static bool IsCloud(string url) =>
        !Array.Exists(StorageSchemes, scheme => url.StartsWith(scheme + "://", StringComparison.Ordinal));

    public static bool IsFile(string url) => url.StartsWith("file://", StringComparison.Ordinal);

    /// <summary>A server's address loses one slash at the end. A store's is kept as written: it may be a path that ends in one.</summary>
    public static string Normalize(string url) => IsCloud(url) && url.EndsWith('/') ? url[..^1] : url;

    /// <summary>Tests what a user gave; what comes from settings is not tested, as in the stock CLI.</summary>
    public static void Check(string url)
    {
        if (HostOf(url) is "app.pulumi.com" or "pulumi.com" or "www.pulumi.com")
        {
            throw new UserErrorException(
                $"{url} is not a valid self-hosted backend, use `pulumi login` without arguments to log into the Pulumi Cloud backend"
            );
        }
        var scheme = url.Split(':')[0];
        if (scheme is not ("http" or "https") && !StorageSchemes.Contains(scheme, StringComparer.Ordinal))
        {
            throw new UserErrorException(
                $"unknown backend cloudUrl format '{scheme}' "
                    + "(supported Url formats are: azblob://, gs://, s3://, file://, https://, http:// and postgres://)"
            );
        }
    }

    private static string HostOf(string url)
    {
        var start =
            url.StartsWith("https://", StringComparison.Ordinal) ? "https://".Length
            : url.StartsWith("http://", StringComparison.Ordinal) ? "http://".Length
            : 0;
        var rest = url[start..];
        var end = rest.IndexOfAny(['/', ':', '?', '#']);
        return (end < 0 ? rest : rest[..end]).ToLowerInvariant();
    }
}
