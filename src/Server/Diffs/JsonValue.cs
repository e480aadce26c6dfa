using System.Text.Json;
using Server.State;

namespace Server.Diffs;

/// <summary>A JSON value where it stands in some text; nothing where it is absent.</summary>
internal readonly struct JsonValue(ReadOnlyMemory<byte> text)
{
    /// <summary>Marks objects that mean something else: secrets, assets, references.</summary>
    private const string Signature = "4dabf18193072939515e22adb298388d";

    private const string SecretSignature = "1b47061264138c4ac30d75fd1eb44270";

    /// <summary>What the engine puts in the place of a secret.</summary>
    public const string Secret = "[secret]";

    public ReadOnlyMemory<byte> Text { get; } = text;

    public bool IsAbsent => Text.IsEmpty;
    public bool IsObject => First == '{';
    public bool IsArray => First == '[';
    public bool IsString => First == '"';
    public bool IsSecret => IsString ? Text.Span[1..^1].SequenceEqual("[secret]"u8) : IsObject && SignatureOf() == SecretSignature;

    public bool HasChildren => (IsObject || IsArray) && Member.HasElements(Text);

    private byte First => Text.IsEmpty ? (byte)0 : Text.Span[0];

    public bool IsWrittenAs(JsonValue other) => Text.Span.SequenceEqual(other.Text.Span);

    public string AsString() => JsonText.ToString(Text.Span[1..^1]);

    /// <summary>As it is written in JSON, cut where it is long. What is inside of an object or an array is not told: a secret may be.</summary>
    public string Shown(int most) =>
        IsSecret ? Secret
        : IsString ? $"\"{Readable.Counted(AsString(), most)}\""
        : HasChildren
            ? IsObject ? "{…}"
                : "[…]"
        : Readable.Counted(JsonText.ToString(Text.Span), most);

    /// <summary>Of an object; the mark of a special one is not among them.</summary>
    public IEnumerable<(string Name, JsonValue Value)> Members() =>
        IsObject
            ? Member.Of(Text).Where(m => m.Name != Signature).DistinctBy(m => m.Name).Select(m => (m.Name, new JsonValue(m.Value)))
            : [];

    public List<JsonValue> Elements()
    {
        var elements = new List<JsonValue>();
        if (!IsArray)
        {
            return elements;
        }
        var reader = StateJson.Reader(Text.Span);
        reader.Read();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            elements.Add(new(Text[start..(int)reader.BytesConsumed]));
        }
        return elements;
    }

    /// <summary>A text that is JSON itself: an object or an array.</summary>
    public JsonValue? Inner()
    {
        if (!IsString || Text.Length < 4 || Text.Span[1] is not ((byte)'{' or (byte)'['))
        {
            return null;
        }
        var inner = System.Text.Encoding.UTF8.GetBytes(AsString().Trim());
        try
        {
            var reader = StateJson.Reader(inner);
            reader.Read();
            reader.Skip();
            return reader.BytesConsumed == inner.Length ? new JsonValue(inner) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private string? SignatureOf()
    {
        if (Text.Span.IndexOf("4dabf18193072939515e22adb298388d"u8) < 0)
        {
            return null;
        }
        var mark = Member.Of(Text).Find(m => m.Name == Signature).Value;
        return mark.Length > 2 && mark.Span[0] == '"' ? JsonText.ToString(mark.Span[1..^1]) : null;
    }
}
