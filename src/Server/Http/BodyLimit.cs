using Microsoft.AspNetCore.Http.Metadata;

namespace Server.Http;

/// <summary>
/// How large a body an endpoint takes, as it was sent and as it is decompressed: routing tells the web server, and decompression stops there.
/// </summary>
public sealed record BodyLimit(long Bytes) : IRequestSizeLimitMetadata
{
    public const int Mebibyte = 1024 * 1024;

    /// <summary>What endpoints take that say nothing.</summary>
    public const long Standard = Mebibyte;

    long? IRequestSizeLimitMetadata.MaxRequestBodySize => Bytes;
}

public static class BodyLimitExtensions
{
    public static T LimitBody<T>(this T endpoint, long bytes)
        where T : IEndpointConventionBuilder => endpoint.WithMetadata(new BodyLimit(bytes));
}
