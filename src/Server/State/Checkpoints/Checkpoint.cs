using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using Server.Auth;

namespace Server.State;

/// <summary>A whole state in the body of a checkpoint.</summary>
/// <param name="Text">An UntypedDeployment. Of a verbatim checkpoint these are the very bytes that later deltas build on.</param>
/// <param name="SequenceNumber">0 for the full checkpoint, which has none.</param>
public sealed record CheckpointText(ReadOnlyMemory<byte> Text, long SequenceNumber);

/// <summary>What changes between two checkpoints of an update.</summary>
/// <param name="Hash">SHA-256 of the text that results, as lower-case hex.</param>
/// <param name="Edits">In order; places are those of the old text.</param>
public sealed record CheckpointDelta(long SequenceNumber, string Hash, IReadOnlyList<CheckpointEdit> Edits);

/// <param name="NewText">The JSON string as it came, with its quotes.</param>
public readonly record struct CheckpointEdit(long Start, long End, ReadOnlyMemory<byte> NewText);

/// <summary>The bodies of <c>PATCH checkpoint</c>, <c>checkpointverbatim</c> and <c>checkpointdelta</c>.</summary>
public static class Checkpoint
{
    private const string What = "The checkpoint";

    /// <summary><c>{"isInvalid":false,"version":3,"features":[…],"deployment":{…}}</c></summary>
    /// <exception cref="ApiException">400</exception>
    public static CheckpointText ReadFull(ReadOnlyMemory<byte> body)
    {
        var members = Members(body);
        Refusal.Unless(!Is(members, "isInvalid", "true"u8), What + " says of itself that it is invalid.");
        Refusal.Unless(members.Exists(m => m.Name == "deployment"), What + " has no deployment.");
        Refusal.Unless(members.Exists(m => m.Name == "version"), What + " has no version.");
        var text = new ArrayBufferWriter<byte>(body.Length + 16);
        foreach (var (name, value) in members.Where(m => m.Name != "isInvalid"))
        {
            text.Write(text.WrittenCount == 0 ? "{"u8 : ","u8);
            text.Write(StateJson.Quote(name));
            text.Write(":"u8);
            text.Write(value.Span);
        }
        text.Write("}"u8);
        StateInspection.Inspect(text.WrittenMemory);
        return new(text.WrittenMemory, 0);
    }

    /// <summary><c>{"version":3,"untypedDeployment":{…},"sequenceNumber":1}</c></summary>
    /// <exception cref="ApiException">400</exception>
    public static CheckpointText ReadVerbatim(ReadOnlyMemory<byte> body)
    {
        var members = Members(body);
        var text = members.Find(m => m.Name == "untypedDeployment").Value;
        Refusal.Unless(!text.IsEmpty, What + " has no untypedDeployment.");
        StateInspection.Inspect(text);
        return new(text, SequenceNumber(members));
    }

    /// <summary><c>{"version":3,"checkpointHash":"…","sequenceNumber":2,"deploymentDelta":[{"Span":{…},"NewText":"…"}]}</c></summary>
    /// <exception cref="ApiException">400</exception>
    public static CheckpointDelta ReadDelta(ReadOnlyMemory<byte> body)
    {
        var members = Members(body);
        var hash = members.Find(m => m.Name == "checkpointHash").Value;
        Refusal.Unless(hash.Length == 66 && hash.Span[0] == '"', What + " has no checkpointHash of 64 hex digits.");
        return new(SequenceNumber(members), JsonText.ToString(hash.Span[1..^1]), ReadEdits(members));
    }

    /// <returns>The text that results.</returns>
    /// <exception cref="ApiException">400: the delta does not fit this text. The client then sends the whole.</exception>
    public static byte[] Apply(ReadOnlyMemory<byte> baseText, CheckpointDelta delta)
    {
        var pieces = Pieces(baseText, delta.Edits);
        var result = GC.AllocateUninitializedArray<byte>(checked((int)pieces.Sum(p => (long)p.Length)));
        var length = 0;
        foreach (var piece in pieces)
        {
            piece.CopyTo(result.AsMemory(length));
            length += piece.Length;
        }
        Refusal.Unless(
            Convert.ToHexStringLower(SHA256.HashData(result)) == delta.Hash,
            "The delta does not lead from the last checkpoint to one with its hash."
        );
        StateInspection.Inspect(result);
        return result;
    }

    private static List<ReadOnlyMemory<byte>> Pieces(ReadOnlyMemory<byte> baseText, IReadOnlyList<CheckpointEdit> edits)
    {
        var pieces = new List<ReadOnlyMemory<byte>>(2 * edits.Count + 1);
        var position = 0;
        foreach (var (start, end, newText) in edits)
        {
            Refusal.Unless(
                position <= start && start <= end && end <= baseText.Length,
                $"The delta has an edit from {start} to {end}, which is out of order or beyond the {baseText.Length} bytes of the last checkpoint."
            );
            pieces.Add(baseText[position..(int)start]);
            pieces.Add(JsonText.Unescape(newText.Span[1..^1]).ToArray());
            position = (int)end;
        }
        pieces.Add(baseText[position..]);
        return pieces;
    }

    private static List<CheckpointEdit> ReadEdits(List<Member> members)
    {
        var list = members.Find(m => m.Name == "deploymentDelta").Value;
        Refusal.Unless(!list.IsEmpty && list.Span[0] == '[', What + " has no deploymentDelta that is a list.");
        var edits = new List<CheckpointEdit>();
        foreach (var edit in Elements(list))
        {
            Refusal.Unless(edit.Span[0] == '{', "An edit of the delta must be an object.");
            var parts = Member.Of(edit);
            var span = parts.Find(p => p.Name == "Span").Value;
            var newText = parts.Find(p => p.Name == "NewText").Value;
            Refusal.Unless(!span.IsEmpty && span.Span[0] == '{', "An edit of the delta has no Span.");
            Refusal.Unless(!newText.IsEmpty && newText.Span[0] == '"', "An edit of the delta has no NewText.");
            edits.Add(new(Offset(span, "start"), Offset(span, "end"), newText));
        }
        return edits;
    }

    private static long Offset(ReadOnlyMemory<byte> span, string end)
    {
        var place = Member.Of(span).Find(m => m.Name == end).Value;
        var offset = place.IsEmpty || place.Span[0] != '{' ? default : Member.Of(place).Find(m => m.Name == "offset").Value;
        return Number(offset, $"An edit of the delta has no {end} offset.");
    }

    private static long SequenceNumber(List<Member> members) =>
        Number(members.Find(m => m.Name == "sequenceNumber").Value, What + " has no sequenceNumber.");

    private static long Number(ReadOnlyMemory<byte> value, string complaint)
    {
        Refusal.Unless(value.Length is > 0 and < 18 && value.Span.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0, complaint);
        return long.Parse(value.Span);
    }

    private static bool Is(List<Member> members, string name, ReadOnlySpan<byte> value) =>
        members.Find(m => m.Name == name).Value.Span.SequenceEqual(value);

    private static List<Member> Members(ReadOnlyMemory<byte> body)
    {
        StateJson.RequireUtf8(body.Span, What);
        try
        {
            var reader = StateJson.Reader(body.Span);
            reader.Read();
            Refusal.Unless(reader.TokenType == JsonTokenType.StartObject, What + " is not a JSON object.");
            reader.Skip();
            while (reader.Read()) { } // nothing may follow
            return Member.Of(body);
        }
        catch (JsonException problem)
        {
            throw StateJson.Malformed(What, problem);
        }
    }

    private static List<ReadOnlyMemory<byte>> Elements(ReadOnlyMemory<byte> list)
    {
        var elements = new List<ReadOnlyMemory<byte>>();
        var reader = StateJson.Reader(list.Span);
        reader.Read();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            elements.Add(list[start..(int)reader.BytesConsumed]);
        }
        return elements;
    }
}
