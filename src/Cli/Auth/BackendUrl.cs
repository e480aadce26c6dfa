using System.Text.RegularExpressions;

namespace Cli.Auth;

/// <summary>The forms a back end's address may have.</summary>
internal static partial class BackendUrl
{
    public const string PulumiCloud = "https://api.pulumi.com";
    public const string Home = "file://~";

    private static readonly string[] Buckets = ["azblob", "gs", "s3", "postgres"];

    public static bool IsFile(string url) => url.StartsWith("file://", StringComparison.Ordinal);

    public static bool IsBucket(string url) => Array.Exists(Buckets, scheme => url.StartsWith(scheme + "://", StringComparison.Ordinal));

    public static bool IsCloud(string url) => !IsFile(url) && !IsBucket(url);

    /// <summary>An http address loses one trailing slash: with and without it is the same back end.</summary>
    public static string Normalize(string url) =>
        IsCloud(url) && url.EndsWith('/') ? url[..^1]
        : OperatingSystem.IsWindows() && IsFile(url) ? url.Replace('\\', '/')
        : url;

    /// <summary>Refuses what somebody typed and cannot have meant.</summary>
    public static void Check(string url)
    {
        if (url.Split(':', 2)[0] is var scheme && scheme is not ("azblob" or "gs" or "s3" or "file" or "https" or "http" or "postgres"))
        {
            throw new UserErrorException(
                $"unknown backend cloudUrl format '{scheme}' (supported Url formats are: azblob://, gs://, s3://, file://, https://, http:// and postgres://)"
            );
        }
        if (scheme is not ("http" or "https"))
        {
            return;
        }
        if (Parse(url).Host is "app.pulumi.com" or "pulumi.com" or "www.pulumi.com")
        {
            throw new UserErrorException(
                $"{url} is not a valid self-hosted backend, use `pulumi login` without arguments to log into the Pulumi Cloud backend"
            );
        }
    }

    /// <summary>A cloud's address, which may come from where nobody has checked it.</summary>
    public static Uri Parse(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var parsed) && parsed is { Scheme: "http" or "https", Host.Length: > 0 }
            ? parsed
            : throw new UserErrorException($"'{url}' is not an address; it should look like https://api.example.com");

    /// <summary>For messages: nobody should read a password in a log.</summary>
    public static string WithoutCredentials(string url) => Credentials().Replace(url, "****");

    [GeneratedRegex(
        "(?<=^[a-z0-9]+://)[^/?]+(?=@)|(?<=[?&](ssl)?password=)[^&]+",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Credentials();
}
