using System.Text.Json;
using Server.Auth;

namespace Server.State;

/// <summary>The edits of a delta: <c>[{"Span":{"start":{"offset":121},"end":{"offset":161}},"NewText":"…"}]</c>, offsets in bytes.</summary>
internal static class CheckpointEdits
{
    /// <exception cref="ApiException">400</exception>
    public static List<CheckpointEdit> Read(List<Member> delta)
    {
        var list = delta.Find(m => m.Name == "deploymentDelta").Value;
        Refusal.Unless(!list.IsEmpty && list.Span[0] == '[', Checkpoint.What + " has no deploymentDelta that is a list.");
        var edits = new List<CheckpointEdit>();
        var reader = StateJson.Reader(list.Span);
        reader.Read();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            Refusal.Unless(reader.TokenType == JsonTokenType.StartObject, "An edit of the delta must be an object.");
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            edits.Add(ReadEdit(list[start..(int)reader.BytesConsumed]));
        }
        return edits;
    }

    /// <exception cref="ApiException">400: they do not fit this text.</exception>
    public static StateText Apply(ReadOnlyMemory<byte> text, IReadOnlyList<CheckpointEdit> edits)
    {
        var pieces = Pieces(text, edits);
        var size = pieces.Sum(p => (long)p.Length);
        Refusal.Unless(size <= Array.MaxLength, "The delta makes more of the last checkpoint than this server can hold.");
        var result = new StateText((int)size);
        var length = 0;
        foreach (var piece in pieces)
        {
            piece.CopyTo(result.Writable[length..]);
            length += piece.Length;
        }
        return result;
    }

    private static List<ReadOnlyMemory<byte>> Pieces(ReadOnlyMemory<byte> text, IReadOnlyList<CheckpointEdit> edits)
    {
        var pieces = new List<ReadOnlyMemory<byte>>(2 * edits.Count + 1);
        var position = 0;
        foreach (var (start, end, newText) in edits)
        {
            Refusal.Unless(
                position <= start && start <= end && end <= text.Length,
                $"The delta has an edit from {start} to {end}, which is out of order or beyond the {text.Length} bytes of the last checkpoint."
            );
            pieces.Add(text[position..(int)start]);
            pieces.Add(JsonText.Unescape(newText.Span[1..^1]).ToArray());
            position = (int)end;
        }
        pieces.Add(text[position..]);
        return pieces;
    }

    private static CheckpointEdit ReadEdit(ReadOnlyMemory<byte> edit)
    {
        var parts = Member.Of(edit);
        var span = parts.Find(p => p.Name == "Span").Value;
        var newText = parts.Find(p => p.Name == "NewText").Value;
        Refusal.Unless(!span.IsEmpty && span.Span[0] == '{', "An edit of the delta has no Span.");
        Refusal.Unless(!newText.IsEmpty && newText.Span[0] == '"', "An edit of the delta has no NewText.");
        return new(Offset(span, "start"), Offset(span, "end"), newText);
    }

    private static long Offset(ReadOnlyMemory<byte> span, string end)
    {
        var place = Member.Of(span).Find(m => m.Name == end).Value;
        var offset = place.IsEmpty || place.Span[0] != '{' ? default : Member.Of(place).Find(m => m.Name == "offset").Value;
        return CheckpointBody.Number(offset, $"An edit of the delta has no {end} offset.");
    }
}
