using Wire;
using YamlDotNet.Core;

namespace Server.Environments.Language;

/// <summary>The text of a definition, and where its characters stand.</summary>
public sealed class SourceText
{
    private const int Stride = 256;

    /// <summary>Where lines begin.</summary>
    private readonly List<int> _lines = [0];

    /// <summary>How many bytes are before every 256th character: a line may be all of the text.</summary>
    private readonly List<int> _bytes = [];

    /// <param name="environment"><c>project/name</c>.</param>
    public SourceText(string environment, string text)
    {
        (Environment, Text) = (environment, text);
        var bytes = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (i % Stride == 0)
            {
                _bytes.Add(bytes);
            }
            bytes += Bytes(text[i]);
            if (text[i] == '\n')
            {
                _lines.Add(i + 1);
            }
        }
        _bytes.Add(bytes);
    }

    public string Environment { get; }
    public string Text { get; }

    public SourceRange Range(int begin, int end) => new(Environment, Position(begin), Position(end));

    public SourcePosition Position(int index)
    {
        index = Math.Clamp(index, 0, Text.Length);
        var found = _lines.BinarySearch(index);
        var line = found < 0 ? ~found - 1 : found;
        var known = index - index % Stride;
        var bytes = index == Text.Length ? _bytes[^1] : _bytes[index / Stride];
        foreach (var character in index == Text.Length ? "" : Text.AsSpan(known, index - known))
        {
            bytes += Bytes(character);
        }
        return new(line + 1, index - _lines[line] + 1, bytes);
    }

    internal static int Index(Mark mark) => (int)mark.Index;

    /// <summary>In UTF-8, half a pair counted as half of its four bytes.</summary>
    private static int Bytes(char character) =>
        character < 0x80 ? 1
        : character < 0x800 || char.IsSurrogate(character) ? 2
        : 3;
}
