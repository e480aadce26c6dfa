using Server.Auth;
using Server.State;

namespace Server.Updates.Checkpoints;

/// <summary>
/// A text after many edits, as the pieces that it is made of. Whoever builds it up from a log pays for the edits, not for the length of the text each time.
/// </summary>
public sealed class EditedText
{
    private List<ReadOnlyMemory<byte>> _pieces;

    public EditedText(ReadOnlyMemory<byte> text)
    {
        _pieces = [text];
        Length = text.Length;
    }

    public int Length { get; private set; }

    /// <exception cref="ApiException">400: the edits are not in order, or reach beyond the text.</exception>
    public void Apply(CheckpointDelta delta)
    {
        var pieces = new List<ReadOnlyMemory<byte>>(_pieces.Count + delta.Edits.Count * 2);
        var rest = new Rest(_pieces);
        var (position, length) = (0L, (long)Length);
        foreach (var edit in delta.Edits)
        {
            if (edit.Start < position || edit.End < edit.Start || edit.End > Length)
            {
                throw ApiException.BadRequest(
                    $"The delta has an edit from {edit.Start} to {edit.End}, which is out of order or beyond the {Length} bytes of the last checkpoint."
                );
            }
            rest.Take(edit.Start - position, pieces);
            rest.Take(edit.End - edit.Start, null);
            var text = JsonText.Unescape(edit.NewText.Span[1..^1]).ToArray();
            pieces.Add(text);
            (position, length) = (edit.End, length + text.Length - (edit.End - edit.Start));
        }
        rest.Take(Length - position, pieces);
        (_pieces, Length) = (pieces, checked((int)length));
    }

    public Rented ToText()
    {
        var text = new Rented(Length);
        foreach (var piece in _pieces)
        {
            text.Append(piece.Span);
        }
        return text;
    }

    /// <summary>What of the old pieces has not been passed yet.</summary>
    private sealed class Rest(List<ReadOnlyMemory<byte>> pieces)
    {
        private int _piece;
        private int _offset;

        /// <param name="target">Null drops them.</param>
        public void Take(long bytes, List<ReadOnlyMemory<byte>>? target)
        {
            while (bytes > 0)
            {
                var left = pieces[_piece][_offset..];
                var taken = left[..(int)Math.Min(bytes, left.Length)];
                if (taken.Length > 0)
                {
                    target?.Add(taken);
                }
                bytes -= taken.Length;
                (_piece, _offset) = taken.Length == left.Length ? (_piece + 1, 0) : (_piece, _offset + taken.Length);
            }
        }
    }
}
