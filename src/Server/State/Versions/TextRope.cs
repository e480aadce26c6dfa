namespace Server.State;

/// <summary>A text as a row of pieces of others, so that a chain of differences costs what differs and not what the text is long.</summary>
internal sealed class TextRope
{
    private readonly List<ReadOnlyMemory<byte>> _pieces = [];
    private readonly List<int> _starts = [];

    public TextRope(ReadOnlyMemory<byte> text) => Add(text);

    private TextRope() { }

    public int Length { get; private set; }

    /// <param name="delta">As <see cref="TextDelta"/> writes it.</param>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public TextRope Apply(ReadOnlyMemory<byte> delta)
    {
        var result = new TextRope();
        while (!delta.IsEmpty)
        {
            var literal = ReadNumber(ref delta);
            Require(literal <= delta.Length);
            result.Add(delta[..literal]);
            delta = delta[literal..];
            var offset = ReadNumber(ref delta);
            var length = ReadNumber(ref delta);
            Require(offset <= Length && length <= Length - offset);
            AddTo(result, offset, length);
        }
        return result;
    }

    public void CopyTo(Span<byte> text)
    {
        for (var i = 0; i < _pieces.Count; i++)
        {
            _pieces[i].Span.CopyTo(text[_starts[i]..]);
        }
    }

    private void Add(ReadOnlyMemory<byte> piece)
    {
        if (!piece.IsEmpty)
        {
            Require(piece.Length <= Array.MaxLength - Length);
            _pieces.Add(piece);
            _starts.Add(Length);
            Length += piece.Length;
        }
    }

    private void AddTo(TextRope result, int offset, int length)
    {
        var i = _starts.BinarySearch(offset);
        for (i = i < 0 ? ~i - 1 : i; length > 0; i++)
        {
            var start = offset - _starts[i];
            var part = _pieces[i].Slice(start, Math.Min(_pieces[i].Length - start, length));
            result.Add(part);
            offset += part.Length;
            length -= part.Length;
        }
    }

    private static int ReadNumber(ref ReadOnlyMemory<byte> delta)
    {
        var number = 0u;
        for (var shift = 0; shift < 35; shift += 7)
        {
            Require(!delta.IsEmpty);
            var digit = delta.Span[0];
            delta = delta[1..];
            number |= (digit & 0x7fu) << shift;
            if (digit < 0x80)
            {
                Require(number <= int.MaxValue);
                return (int)number;
            }
        }
        throw Damaged();
    }

    private static void Require(bool holds)
    {
        if (!holds)
        {
            throw Damaged();
        }
    }

    private static InvalidDataException Damaged() => new("A stored state is damaged: its difference from the next one does not fit that.");
}
