using System.Text;
using System.Text.Json;

namespace Cli.Storage;

/// <summary>What the stock CLI's parser would say about text that is not JSON. People search for these sentences.</summary>
internal static class GoJsonError
{
    public static string Describe(ReadOnlySpan<byte> text, JsonException fault)
    {
        var at = Offset(text, fault);
        if (text.TrimEnd(" \t\r\n"u8).IsEmpty || at >= text.Length)
        {
            return "unexpected end of JSON input";
        }
        Rune.DecodeFromUtf8(text[at..], out var found, out _);
        return $"invalid character '{found}' {Context(text[..at])}";
    }

    private static int Offset(ReadOnlySpan<byte> text, JsonException fault)
    {
        var start = 0;
        for (var line = fault.LineNumber ?? 0; line > 0 && start < text.Length; line--)
        {
            var end = text[start..].IndexOf((byte)'\n');
            start = end < 0 ? text.Length : start + end + 1;
        }
        var offset = (int)Math.Min(start + (fault.BytePositionInLine ?? 0), text.Length);
        while (offset < text.Length && text[offset] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
        {
            offset++;
        }
        return offset;
    }

    private static string Context(ReadOnlySpan<byte> before)
    {
        var trimmed = before.TrimEnd(" \t\r\n"u8);
        return trimmed.IsEmpty
            ? "looking for beginning of value"
            : trimmed[^1] switch
            {
                (byte)'{' => "looking for beginning of object key string",
                (byte)':' or (byte)'[' => "looking for beginning of value",
                (byte)',' => "looking for beginning of value",
                (byte)'}' or (byte)']' => "after top-level value",
                _ => "in literal",
            };
    }
}
