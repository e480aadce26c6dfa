using Server.Auth;

namespace Server.State;

/// <summary>A whole state in the body of a checkpoint.</summary>
public sealed class CheckpointText
{
    private readonly Lazy<ReadOnlyMemory<byte>> _text;

    internal CheckpointText(Func<ReadOnlyMemory<byte>> text, long sequenceNumber) => (_text, SequenceNumber) = (new(text), sequenceNumber);

    /// <summary>An UntypedDeployment. Of a verbatim checkpoint these are the very bytes that later deltas build on.</summary>
    public ReadOnlyMemory<byte> Text => _text.Value;

    /// <summary>0 for the full checkpoint, which has none.</summary>
    public long SequenceNumber { get; }
}

/// <summary>What changes between two checkpoints of an update.</summary>
/// <param name="Hash">SHA-256 of the text that results, as lower-case hex.</param>
/// <param name="Edits">In order; places are those of the old text.</param>
public sealed record CheckpointDelta(long SequenceNumber, string Hash, IReadOnlyList<CheckpointEdit> Edits);

/// <param name="NewText">The JSON string as it came, with its quotes.</param>
public readonly record struct CheckpointEdit(long Start, long End, ReadOnlyMemory<byte> NewText);

/// <summary>The bodies of <c>PATCH checkpoint</c>, <c>checkpointverbatim</c> and <c>checkpointdelta</c>.</summary>
public static class Checkpoint
{
    internal const string What = "The checkpoint";

    /// <summary><c>{"isInvalid":false,"version":3,"features":[…],"deployment":{…}}</c></summary>
    /// <exception cref="ApiException">400</exception>
    public static CheckpointText ReadFull(ReadOnlyMemory<byte> body)
    {
        var reader = Reader(stopsAtEnd: false);
        reader.Read(body, isLast: true);
        var deployment = reader.Result;
        Refusal.Unless(!deployment.Text.IsEmpty, What + " has no deployment.");
        Refusal.Unless(deployment.Version > 0, What + " has no version.");
        Refusal.Unless(
            !deployment.Envelope.Exists(m => m.Name == "isInvalid" && m.Value.Span.SequenceEqual("true"u8)),
            What + " says of itself that it is invalid."
        );
        return new(() => CheckpointBody.WithoutMember(body, deployment, "isInvalid"), 0);
    }

    /// <summary><c>{"version":3,"untypedDeployment":{…},"sequenceNumber":1}</c></summary>
    /// <exception cref="ApiException">400</exception>
    public static CheckpointText ReadVerbatim(ReadOnlyMemory<byte> body)
    {
        var start = CheckpointBody.StartOf(body, "untypedDeployment"u8);
        Refusal.Unless(start >= 0, What + " has no untypedDeployment.");
        var length = Reader(stopsAtEnd: true).Read(body[start..], isLast: true);
        // What surrounds the deployment is read as if that were 0, so that the deployment is gone through only once.
        byte[] rest = [.. body.Span[..start], .. "0"u8, .. body.Span[(start + length)..]];
        return new(() => body.Slice(start, length), CheckpointBody.SequenceNumber(CheckpointBody.Members(rest)));
    }

    /// <summary><c>{"version":3,"checkpointHash":"…","sequenceNumber":2,"deploymentDelta":[{"Span":{…},"NewText":"…"}]}</c></summary>
    /// <exception cref="ApiException">400</exception>
    public static CheckpointDelta ReadDelta(ReadOnlyMemory<byte> body)
    {
        var members = CheckpointBody.Members(body);
        var hash = members.Find(m => m.Name == "checkpointHash").Value;
        Refusal.Unless(hash.Length == 66 && hash.Span[0] == '"', What + " has no checkpointHash of 64 hex digits.");
        return new(CheckpointBody.SequenceNumber(members), JsonText.ToString(hash.Span[1..^1]), CheckpointEdits.Read(members));
    }

    /// <returns>The text that results.</returns>
    /// <exception cref="ApiException">400: the delta does not fit this text. The client then sends the whole.</exception>
    public static StateText Apply(ReadOnlyMemory<byte> baseText, CheckpointDelta delta)
    {
        var result = CheckpointEdits.Apply(baseText, delta.Edits);
        var hash = Task.Run(() => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(result.Memory.Span)));
        try
        {
            CheckWith(hash, delta, result);
            return result;
        }
        catch
        {
            result.Dispose();
            throw;
        }
    }

    private static void CheckWith(Task<string> hash, CheckpointDelta delta, ReadOnlyMemory<byte> result)
    {
        try
        {
            Reader(stopsAtEnd: false).Read(result, isLast: true); // meanwhile
        }
        finally
        {
#pragma warning disable VSTHRD002 // It computes and waits for nobody.
            Refusal.Unless(hash.Result == delta.Hash, "The delta does not lead from the last checkpoint to one with its hash.");
#pragma warning restore VSTHRD002
        }
    }

    /// <summary>Checks that a text is a state, and no more: whether it is a good one is asked when the update ends.</summary>
    private static DeploymentReader Reader(bool stopsAtEnd) => new(bare: false, textStays: true, (_, _) => { }) { StopsAtEnd = stopsAtEnd };
}
