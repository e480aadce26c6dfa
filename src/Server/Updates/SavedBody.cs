using System.IO.Compression;
using Server.Auth;

namespace Server.Updates;

/// <summary>
/// A body that is stored as it came: in gzip, as clients send it, and beside that as plain text to be looked at. The limit is on the plain text, so
/// that a small body cannot become a large one.
/// </summary>
public sealed class SavedBody : IDisposable
{
    /// <summary>So much memory is taken before anything has arrived, whatever the header promises.</summary>
    private const int MostOnTrust = 16 * 1024 * 1024;

    private readonly Rented _text;

    private SavedBody(byte[] stored, Rented text) => (Stored, _text) = (stored, text);

    /// <summary>Gzip.</summary>
    public byte[] Stored { get; }

    public ReadOnlyMemory<byte> Text => _text.Memory;

    /// <exception cref="ApiException">It is too large, or not what its encoding says.</exception>
    public static async Task<SavedBody> Read(HttpContext http, int limit)
    {
        var encoding = http.Request.Headers.ContentEncoding.ToString();
        if (encoding is not ("" or "identity" or "gzip" or "x-gzip"))
        {
            throw new ApiException(
                415,
                $"Unsupported Media Type: '{encoding}' is not understood. Send the body plain or with Content-Encoding: gzip."
            );
        }
        var raw = new Rented((int)Math.Clamp((http.Request.ContentLength ?? 0) + 1, 4096, Math.Min(limit + 1L, MostOnTrust)));
        try
        {
            if (!await raw.Fill(http.Request.Body, limit, http.RequestAborted))
            {
                throw TooLarge(limit);
            }
            return encoding is "gzip" or "x-gzip" ? Unpack(raw, limit) : new(Pack(raw.Span), Take(ref raw));
        }
        finally
        {
            raw?.Dispose();
        }
    }

    public void Dispose() => _text.Dispose();

    public static ApiException TooLarge(int limit) =>
        new(413, $"Payload Too Large: The body has more than {limit} bytes, which is the most that this call takes in one piece.");

    private static SavedBody Unpack(Rented raw, int limit)
    {
        var stored = raw.Span.ToArray();
        var text = new Rented(Rented.UnpackedSize(stored, limit));
        try
        {
            return text.Unpack(stored, stored.Length, limit) ? new(stored, Take(ref text)) : throw TooLarge(limit);
        }
        finally
        {
            text?.Dispose();
        }
    }

    private static Rented Take(ref Rented? rented)
    {
        var taken = rented!;
        rented = null;
        return taken;
    }

    private static byte[] Pack(ReadOnlySpan<byte> text)
    {
        using var packed = new MemoryStream(text.Length / 4);
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(text);
        }
        return packed.ToArray();
    }
}

/// <summary>Of an endpoint that reads its body with <see cref="SavedBody"/>: nobody must unpack it before.</summary>
public sealed record SavesBody;

public static class SavesBodyExtensions
{
    /// <param name="bytes">The most that it takes, unpacked.</param>
    public static RouteHandlerBuilder SaveBody(this RouteHandlerBuilder endpoint, int bytes) =>
        endpoint.WithMetadata(new SavesBody(), new Http.BodyLimit(bytes + 1024L * 1024)).AddEndpointFilter(RequireLease);

    private static async ValueTask<object?> RequireLease(EndpointFilterInvocationContext call, EndpointFilterDelegate next)
    {
        var http = call.HttpContext;
        await http.RequestServices.GetRequiredService<LeaseProof>().Require(http.UpdateId(), http.Lease(), http.RequestAborted);
        return await next(call);
    }
}
