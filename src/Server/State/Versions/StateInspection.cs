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

    /// <param name="foreign">It comes from outside.</param>
    /// <exception cref="ApiException">400: it is not an UntypedDeployment.</exception>
    public static StateInspection Of(ReadOnlyMemory<byte> text, bool foreign = false)
    {
        var integrity = new Integrity();
        string? secret = null;
        var reader = new DeploymentReader(
            bare: false,
            textStays: true,
            (_, resource) =>
            {
                integrity.Add(resource);
                secret ??= foreign ? SecretValue.FirstCiphertext(resource.Text.Span) : null;
            }
        );
        reader.Read(text, isLast: true);
        return Finish(reader, integrity, secret);
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
        using var window = new TextWindow(into => text.ReadAtLeastAsync(into, into.Length, throwOnEndOfStream: false, ct));
        while (!window.IsLast)
        {
            await keep(await window.Advance());
            window.Drop(reader.Read(window.Text, window.IsLast));
        }
        return Finish(reader, integrity, secret);
    }

    private static StateInspection Finish(DeploymentReader reader, Integrity integrity, string? secret)
    {
        integrity.Finish(reader.Result.Manifest.Span, reader.Result.Snippets.Span);
        return new(integrity.Resources, integrity.Error)
        {
            Version = reader.Result.Version,
            ServiceSecret = secret is not null && SecretsProvider.IsService(reader.Result.SecretsProviders.Span) ? secret : null,
        };
    }
}
