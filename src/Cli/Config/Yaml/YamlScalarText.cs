using System.Buffers;
using System.Text;
using YamlDotNet.Core;

namespace Cli.Config.Yaml;

/// <summary>One scalar as text of one line.</summary>
internal static class YamlScalarText
{
    private const string Indicators = "-?:,[]{}#&*!|>'\"%@` \t=<";
    private static readonly SearchValues<char> FlowIndicators = SearchValues.Create(",[]{}:\"'#");

    /// <param name="preferred">The quotes of what it replaces.</param>
    public static string Of(YamlScalar scalar, bool inFlow, bool json, ScalarStyle preferred = ScalarStyle.Any)
    {
        if (scalar.Kind == ScalarKind.Null)
        {
            return "null";
        }
        if (scalar.Kind != ScalarKind.String)
        {
            return scalar.Text;
        }
        var text = scalar.Text;
        if (json || NeedsEscapes(text))
        {
            return DoubleQuoted(text);
        }
        return preferred switch
        {
            ScalarStyle.SingleQuoted => SingleQuoted(text),
            ScalarStyle.DoubleQuoted => DoubleQuoted(text),
            _ when !YamlReading.IsAlwaysString(text) => DoubleQuoted(text),
            _ when MayBePlain(text, inFlow) => text,
            _ => SingleQuoted(text),
        };
    }

    private static bool MayBePlain(string text, bool inFlow) =>
        !Indicators.Contains(text[0])
        && text[^1] is not (' ' or ':')
        && !text.Contains(": ", StringComparison.Ordinal)
        && !text.Contains(" #", StringComparison.Ordinal)
        && !text.StartsWith("...", StringComparison.Ordinal)
        && !(inFlow && text.AsSpan().ContainsAny(FlowIndicators));

    private static bool NeedsEscapes(string text) => text.AsSpan().ContainsAnyExceptInRange(' ', '~') && text.Any(IsEscaped);

    /// <summary>Control characters, other line breaks than \n, the byte-order mark, and halves of pairs.</summary>
    private static bool IsEscaped(char c) =>
        c is < ' ' or (>= '\x7f' and < '\xa0') or '\u2028' or '\u2029' or '\ufeff' or '\ufffe' or '\uffff';

    private static string SingleQuoted(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    private static string DoubleQuoted(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var c in text)
        {
            quoted.Append(
                c switch
                {
                    '"' => "\\\"",
                    '\\' => "\\\\",
                    '\n' => "\\n",
                    '\r' => "\\r",
                    '\t' => "\\t",
                    _ when IsEscaped(c) => $"\\u{(int)c:x4}",
                    _ => c.ToString(),
                }
            );
        }
        return quoted.Append('"').ToString();
    }
}
