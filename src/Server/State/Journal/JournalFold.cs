using System.Text;

namespace Server.State;

/// <summary>
/// The state that a journal makes of the state an update began with. Resources that the update did not touch are copied as they stand: properties
/// are never parsed, so numbers and members that this server does not know survive to the byte.
/// </summary>
public static class JournalFold
{
    /// <param name="baseText">An UntypedDeployment that has passed a check before; empty for none.</param>
    /// <param name="batches">Batches that have passed <see cref="JournalBatch.Check"/>, in any order, repeats included.</param>
    /// <param name="pulumiVersion">The client's version, such as <c>v3.260.0</c>; null is that of the base.</param>
    public static FoldedState Run(
        ReadOnlyMemory<byte> baseText,
        IReadOnlyList<ReadOnlyMemory<byte>> batches,
        string? pulumiVersion,
        DateTimeOffset now
    )
    {
        var replay = new JournalReplay(baseText.IsEmpty ? new() : Deployment.Read(baseText));
        var journal = new Journal(batches);
        journal.ForEach(replay.Apply);
        var built = replay.Build();
        built.Extensions = replay.Extensions();
        var version = string.IsNullOrEmpty(pulumiVersion) ? Integrity.StringMember(built.Manifest.Span, "version"u8) : pulumiVersion;
        built.Manifest = Manifest(version, now);

        var integrity = new Integrity();
        foreach (var problem in new[] { journal.Contradiction, replay.Contradiction }.OfType<string>())
        {
            integrity.Note(problem);
        }
        built.Resources.ForEach(integrity.Add);
        integrity.Finish(built.Manifest.Span, built.Snippets.Span);
        built.Metadata = Metadata(built.Metadata, integrity.Error, version);
        SetFeatures(built);
        return DeploymentText.Write(built, integrity.Error);
    }

    private static byte[] Manifest(string version, DateTimeOffset now) =>
        [
            .. "{\"time\":\""u8,
            .. Encoding.ASCII.GetBytes(now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'")),
            .. "\",\"magic\":\""u8,
            .. Encoding.ASCII.GetBytes(Integrity.Magic(version)),
            .. "\",\"version\":"u8,
            .. StateJson.Quote(version),
            .. "}"u8,
        ];

    /// <summary>A complaint about an earlier state does not outlive a whole one.</summary>
    private static byte[] Metadata(ReadOnlyMemory<byte> old, string? error, string version)
    {
        using var result = new MemoryStream();
        foreach (var (name, value) in Member.Of(old).Where(m => m.Name != "integrity_error"))
        {
            result.Write(result.Length == 0 ? "{"u8 : ","u8);
            result.Write([.. StateJson.Quote(name), .. ":"u8, .. value.Span]);
        }
        if (error is not null)
        {
            result.Write(result.Length == 0 ? "{"u8 : ","u8);
            result.Write([.. "\"integrity_error\":{\"version\":"u8, .. StateJson.Quote(version)]);
            result.Write([.. ",\"error\":"u8, .. StateJson.Quote(error), .. "}"u8]);
        }
        result.Write(result.Length == 0 ? "{}"u8 : "}"u8);
        return result.ToArray();
    }

    /// <summary>What the resources need, and names that a newer client has put into the base.</summary>
    private static void SetFeatures(Deployment built)
    {
        var names = FeatureNames.Of(built.Needs).Concat(built.Features.Where(f => !FeatureNames.IsKnown(f)));
        var sorted = names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        built.Features.Clear();
        built.Features.AddRange(sorted);
        built.Version = sorted.Count > 0 ? 4 : 3;
    }
}
