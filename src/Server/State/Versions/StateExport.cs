using Microsoft.Net.Http.Headers;
using Server.Data;

namespace Server.State;

/// <summary>Sends a state as an answer. One that is kept whole goes out part by part, as it lies where the client takes gzip.</summary>
internal sealed class StateExport(Database database, StateStore states)
{
    public async Task Write(HttpResponse response, StateVersion state, bool gzip, CancellationToken ct)
    {
        response.ContentType = "application/json";
        if (gzip)
        {
            response.Headers[HeaderNames.ContentEncoding] = "gzip";
        }
        else
        {
            response.ContentLength = state.Size;
        }
        var sent = 0L;
        for (var ordinal = 0; sent < state.Size; ordinal++)
        {
            using var part = await Part(state, ordinal, ct);
            if (part is null)
            {
                await WriteRest(response, state, sent, gzip, ct);
                return;
            }
            var size = Gzip.SizeOf(part.Bytes.Span);
            if (gzip && size == state.Size)
            {
                response.ContentLength = part.Bytes.Length;
            }
            await (gzip ? response.Body.WriteAsync(part.Bytes, ct).AsTask() : WritePlain(response, part, size, ct));
            sent += size;
        }
    }

    /// <summary>Null once the state is kept as a difference, which may come to be while it is being sent.</summary>
    private Task<Blob?> Part(StateVersion state, int ordinal, CancellationToken ct) =>
        state.NewerId is not null
            ? Task.FromResult<Blob?>(null)
            : database.Read(
                transaction =>
                    transaction.QueryBlob(
                        $"""
                        SELECT p.body FROM state_parts p JOIN states s ON s.id = p.state_id
                        WHERE p.state_id = {state.Id} AND p.ordinal = {ordinal} AND s.newer_id IS NULL
                        """
                    ),
                ct
            );

    private static async Task WritePlain(HttpResponse response, Blob part, int size, CancellationToken ct)
    {
        var text = System.Buffers.ArrayPool<byte>.Shared.Rent(size);
        try
        {
            Gzip.Decompress(part.Bytes.Span, text.AsSpan(0, size));
            await response.Body.WriteAsync(text.AsMemory(0, size), ct);
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(text);
        }
    }

    private async Task WriteRest(HttpResponse response, StateVersion state, long sent, bool gzip, CancellationToken ct)
    {
        using var whole = await states.Read(state, ct);
        for (var text = whole.Memory[(int)sent..]; !text.IsEmpty; text = text[Math.Min(text.Length, Gzip.MemberSize)..])
        {
            var part = text[..Math.Min(text.Length, Gzip.MemberSize)];
            await response.Body.WriteAsync(gzip ? Gzip.Compress(part.Span) : part, ct);
        }
    }
}
