using System.Text.Json;

namespace Server.State;

/// <summary>A resource as it stands in some text, which is never changed: a changed resource is a new one.</summary>
internal sealed class Resource(ReadOnlyMemory<byte> text, in ResourceFacts facts)
{
    private readonly ResourceFacts _facts = facts;

    public ReadOnlyMemory<byte> Text { get; } = text;

    public ref readonly ResourceFacts Facts => ref _facts;

    public ReadOnlySpan<byte> Urn => Of(_facts.Urn);

    /// <summary>The text of a member, without escapes; empty if it is absent.</summary>
    public ReadOnlySpan<byte> Of(TextSpan span) => JsonText.Unescape(span.Of(Text.Span));

    public static Resource Parse(ReadOnlyMemory<byte> text)
    {
        var reader = StateJson.Reader(text.Span);
        reader.Read();
        ResourceFacts.TryRead(ref reader, text.Span, out var facts);
        return new(text, facts);
    }

    /// <summary>The strings of a list of URNs; anything else in it is passed over.</summary>
    public UrnList Urns(TextSpan list) => new(list.Of(Text.Span));
}

/// <summary>The strings in an array of strings, or in an object of such arrays.</summary>
internal ref struct UrnList(ReadOnlySpan<byte> text)
{
    private Utf8JsonReader _reader = StateJson.Reader(text);
    private readonly bool _isEmpty = text.IsEmpty;

    public ReadOnlySpan<byte> Current { get; private set; }

    public readonly UrnList GetEnumerator() => this;

    public bool MoveNext()
    {
        while (!_isEmpty && _reader.Read())
        {
            if (_reader.TokenType == JsonTokenType.String)
            {
                Current = JsonText.Unescape(_reader.ValueSpan);
                return true;
            }
        }
        return false;
    }
}
