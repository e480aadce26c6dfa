using System.Net;
using Cli.Providers;
using Cli.Providers.Aws;

namespace Cli.Backends.Buckets.S3;

/// <summary>Where a bucket is reached, from <c>s3://bucket/prefix?region=…&amp;endpoint=…&amp;s3ForcePathStyle=…</c> and the environment.</summary>
/// <param name="Root">The bucket's address, with a slash at its end.</param>
internal sealed record S3Address(
    string Bucket,
    Uri Root,
    string Region,
    string? Profile,
    bool IsAnonymous,
    string? Encryption,
    string? EncryptionKey
)
{
    private static readonly string[] Parameters =
    [
        "region",
        "endpoint",
        "profile",
        "s3ForcePathStyle",
        "use_path_style",
        "disableSSL",
        "disable_https",
        "anonymous",
        "dualstack",
        "fips",
        "accelerate",
        "use_accelerate",
        "ssetype",
        "kmskeyid",
        "awssdk",
        "hostname_immutable",
        "request_checksum_calculation",
        "response_checksum_validation",
        "rate_limiter_capacity",
    ];

    public static S3Address Of(Machine machine, ServiceAddress address, AwsIdentity identity)
    {
        address.Allow(Parameters);
        if (address.Host.Length == 0)
        {
            throw new UserErrorException("the address names no bucket; it should look like s3://my-bucket");
        }
        var endpoint = address["endpoint"] ?? machine.Variable("AWS_ENDPOINT_URL_S3") ?? machine.Variable("AWS_ENDPOINT_URL");
        // A store that only speaks S3 has no regions, and signs with this one.
        var region = address["region"] ?? identity.Region ?? (endpoint is null ? throw AwsRegion.Missing() : "us-east-1");
        var plain = address.IsOn("disableSSL") || address.IsOn("disable_https");
        var server = endpoint is null ? new Uri($"http{(plain ? "" : "s")}://{HostOf(address, region)}") : ServerOf(endpoint, plain);
        var encryption = address["ssetype"];
        return new(
            address.Host,
            RootOf(server, address),
            region,
            address["profile"],
            address.IsOn("anonymous"),
            encryption,
            encryption is null ? null : address["kmskeyid"]
        );
    }

    /// <summary>The same bucket, when S3 says that it is elsewhere.</summary>
    public S3Address In(string region) =>
        this with
        {
            Region = region,
            Root = new Uri(Root.AbsoluteUri.Replace($".{Region}.amazonaws.", $".{region}.amazonaws.", StringComparison.Ordinal)),
        };

    private static string HostOf(ServiceAddress address, string region)
    {
        var service =
            address.IsOn("accelerate") || address.IsOn("use_accelerate") ? "s3-accelerate"
            : address.IsOn("fips") ? "s3-fips"
            : "s3";
        var stack = address.IsOn("dualstack") ? ".dualstack" : "";
        var place = service == "s3-accelerate" ? "" : "." + region;
        return $"{service}{stack}{place}.{AwsRegion.DomainOf(region)}";
    }

    private static Uri ServerOf(string endpoint, bool plain)
    {
        var whole =
            endpoint.Contains("://", StringComparison.Ordinal) ? endpoint
            : plain ? "http://" + endpoint
            : "https://" + endpoint;
        return Uri.TryCreate(whole, UriKind.Absolute, out var server) && server.Scheme is "http" or "https"
            ? server
            : throw new UserErrorException($"the endpoint '{endpoint}' is not an address; it should look like https://s3.example.com");
    }

    // A name with dots does not fit a certificate, and below a number there are no names.
    private static Uri RootOf(Uri server, ServiceAddress address)
    {
        var inPath =
            address.IsOn("s3ForcePathStyle")
            || address.IsOn("use_path_style")
            || IPAddress.TryParse(server.Host, out _)
            || (address.Host.Contains('.', StringComparison.Ordinal) && server.Scheme == "https");
        var basis = server.GetLeftPart(UriPartial.Path).TrimEnd('/');
        return inPath
            ? new Uri($"{basis}/{address.Host}/")
            : new Uri(basis.Replace("://", $"://{address.Host}.", StringComparison.Ordinal) + "/");
    }
}
