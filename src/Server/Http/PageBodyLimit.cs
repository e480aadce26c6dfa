using Microsoft.AspNetCore.Http.Metadata;

namespace Server.Http;

/// <summary>How large a form a page takes; others take what endpoints do that say nothing.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class PageBodyLimitAttribute(long bytes) : Attribute, IRequestSizeLimitMetadata
{
    public long Bytes => bytes;

    long? IRequestSizeLimitMetadata.MaxRequestBodySize => bytes;
}
