using System.Buffers;
using Server.Auth;

namespace Server.State;

/// <summary>What has to be known of a state before it is stored: that it is one, and whether the client would work on it.</summary>
public sealed record StateInspection(int Resources, string? IntegrityError)
{
    /// <summary>Of the schema; 0 if the envelope does not say.</summary>
    public long Version { get; init; }

    /// <summary>
    /// What this service encrypted first of what is in it, as base64; null if there is none, or if another provider encrypts. Looked for only in a
    /// state that comes from outside.
    /// </summary>
    public string? ServiceSecret { get; init; }

    /// <exception cref="ApiException">400: it is not an UntypedDeployment.</exception>
    public static StateInspection Of(ReadOnlyMemory<byte> text)
    {
        var integrity = new Integrity();
        var reader = new DeploymentReader(bare: false, textStays: true, (_, resource) => integrity.Add(resource));
        reader.Read(text, isLast: true);
        return Finish(reader, integrity);
    }

    /// <summary>Reads a text that is never in memory as a whole.</summary>
    /// <param name="keep">Called with all of it, stretch by stretch.</param>
    /// <exception cref="ApiException">400: it is not an UntypedDeployment.</exception>
    public static async Task<StateInspection> Of(Stream text, Func<ReadOnlyMemory<byte>, Task> keep, CancellationToken ct)
    {
        var integrity = new Integrity();
        string? secret = null;
        var reader = new DeploymentReader(
            bare: false,
            textStays: false,
            (_, resource) =>
            {
                integrity.Add(resource);
                secret ??= SecretValue.FirstCiphertext(resource.Text.Span);
            }
        );
        var window = ArrayPool<byte>.Shared.Rent(2 * Gzip.MemberSize);
        try
        {
            for (var (waiting, isLast) = (0, false); !isLast; )
            {
                window = Reserve(window, waiting);
                var fresh = await text.ReadAtLeastAsync(window.AsMemory(waiting, Gzip.MemberSize), Gzip.MemberSize, false, ct);
                isLast = fresh < Gzip.MemberSize;
                await keep(window.AsMemory(waiting, fresh));
                waiting += fresh;
                var done = reader.Read(window.AsMemory(0, waiting), isLast);
                window.AsSpan(done, waiting - done).CopyTo(window);
                waiting -= done;
            }
            return Finish(reader, integrity) with
            {
                ServiceSecret = SecretsProvider.IsService(reader.Result.SecretsProviders.Span) ? secret : null,
            };
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(window);
        }
    }

    private static StateInspection Finish(DeploymentReader reader, Integrity integrity)
    {
        integrity.Finish(reader.Result.Manifest.Span, reader.Result.Snippets.Span);
        return new(integrity.Resources, integrity.Error) { Version = reader.Result.Version };
    }

    /// <summary>A single resource may be larger than the window.</summary>
    private static byte[] Reserve(byte[] window, int waiting)
    {
        if (window.Length - waiting >= Gzip.MemberSize)
        {
            return window;
        }
        var larger = ArrayPool<byte>.Shared.Rent(checked(2 * window.Length));
        window.AsSpan(0, waiting).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(window);
        return larger;
    }
}
