using System.Text;
using System.Text.Json;
using Server.State;

namespace Server.Resources;

/// <summary>
/// What search finds of a resource's properties: a line <c>path=value</c> for each text, number and truth value of its outputs and inputs, in lower case,
/// with a line feed before and after. Elements of lists have the path of the list. Secrets are left out, and so is what is long.
/// </summary>
public static class PropertyLines
{
    private const int LongestValue = 200;
    private const int Most = 4000;
    private const int Deepest = 24;

    public static string Of(ReadOnlySpan<byte> resource)
    {
        var lines = new Lines();
        var reader = StateJson.Reader(resource);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var wanted = reader.Reads("outputs"u8) || reader.Reads("inputs"u8);
            reader.Read();
            if (wanted && reader.TokenType == JsonTokenType.StartObject)
            {
                Object(ref reader, "", lines);
            }
            else
            {
                reader.Skip();
            }
        }
        return lines.Text;
    }

    /// <summary>How a path is written and a value is compared.</summary>
    public static string Normal(string text) => Storable.Text(text.ReplaceLineEndings(" ").ToLowerInvariant());

    private static void Object(ref Utf8JsonReader reader, string path, Lines lines)
    {
        if (reader.CurrentDepth > Deepest || IsSpecial(reader))
        {
            reader.Skip();
            return;
        }
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = Normal(JsonText.ToString(reader.ValueSpan));
            reader.Read();
            Value(ref reader, path.Length == 0 ? name : $"{path}.{name}", lines);
        }
    }

    private static void Value(ref Utf8JsonReader reader, string path, Lines lines)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                Object(ref reader, path, lines);
                break;
            case JsonTokenType.StartArray:
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    Value(ref reader, path, lines);
                }
                break;
            case JsonTokenType.Null:
                break;
            default:
                if (reader.ValueSpan.Length <= LongestValue && path.Length <= LongestValue)
                {
                    lines.Add(path, Normal(JsonText.ToString(reader.ValueSpan)));
                }
                break;
        }
    }

    /// <summary>Secrets first of all, but neither are assets and references what a program has written.</summary>
    private static bool IsSpecial(Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.Reads("4dabf18193072939515e22adb298388d"u8))
            {
                return true;
            }
            reader.Read();
            reader.Skip();
        }
        return false;
    }

    private sealed class Lines
    {
        private readonly StringBuilder _text = new("\n");
        private readonly HashSet<(string, string)> _known = [];

        public string Text => _text.ToString();

        public void Add(string path, string value)
        {
            if (_text.Length + path.Length + value.Length < Most && _known.Add((path, value)))
            {
                _text.Append(path).Append('=').Append(value).Append('\n');
            }
        }
    }
}
