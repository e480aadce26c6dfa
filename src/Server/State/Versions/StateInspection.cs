using Server.Auth;

namespace Server.State;

/// <summary>What has to be known of a state before it is stored: that it is one, and whether the client would work on it.</summary>
internal static class StateInspection
{
    /// <exception cref="ApiException">400: it is not an UntypedDeployment.</exception>
    public static (int Resources, string? IntegrityError) Inspect(ReadOnlyMemory<byte> text)
    {
        var integrity = new Integrity();
        var reader = new DeploymentReader(bare: false, textStays: true, (_, resource) => integrity.Add(resource));
        reader.Read(text, isLast: true);
        integrity.Finish(reader.Result.Manifest.Span, reader.Result.Snippets.Span);
        return (integrity.Resources, integrity.Error);
    }
}
