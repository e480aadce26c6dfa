using YamlDotNet.Core;

namespace Cli.Config.Yaml;

/// <summary>A value as text: what stands behind the colon or dash, and the lines below, each with the line break before it.</summary>
internal readonly record struct Written(string Head, string Body);

internal static class YamlWriting
{
    /// <param name="column">Of the key or dash that the value belongs to.</param>
    public static Written Block(YamlValue value, int column, YamlStyle style, ScalarStyle preferred = ScalarStyle.Any)
    {
        var inner = column + style.Step;
        return value switch
        {
            YamlScalar { Kind: ScalarKind.String } text when IsBlockScalar(text.Text, style, preferred) => BlockScalar(
                text.Text,
                inner,
                style
            ),
            YamlMap { Members.Count: > 0 } map => new(
                "",
                Lines(map.Members.Select(member => Member(member.Key, member.Value, inner, style)), inner, style)
            ),
            YamlList { Items.Count: > 0 } list => new("", Lines(list.Items.Select(item => Item(item, inner, style)), inner, style)),
            YamlScalar scalar => new(YamlScalarText.Of(scalar, inFlow: false, json: false, preferred), ""),
            _ => new(Flow(value, style, column), ""),
        };
    }

    /// <summary>A member whose key stands at the column, without what is before the key.</summary>
    public static string Member(string key, YamlValue value, int column, YamlStyle style)
    {
        var (head, body) = Block(value, column, style);
        return $"{YamlScalarText.Of(YamlValue.Of(key), inFlow: false, json: false)}:{(head.Length > 0 ? " " : "")}{head}{body}";
    }

    /// <summary>An element whose dash stands at the column; a collection in it begins on the dash's line.</summary>
    public static string Item(YamlValue value, int column, YamlStyle style)
    {
        var (head, body) = value is YamlScalar ? Block(value, column, style) : Block(value, column, style with { Step = 2 });
        var compact = head.Length == 0 ? body[(style.LineBreak.Length + column + 2)..] : head + body;
        return "- " + compact;
    }

    public static string Lines(IEnumerable<string> entries, int column, YamlStyle style) =>
        string.Concat(entries.Select(entry => style.LineBreak + new string(' ', column) + entry));

    /// <summary>In brackets: on one line in YAML, on many in JSON.</summary>
    /// <param name="column">Of the line it begins on.</param>
    public static string Flow(YamlValue value, YamlStyle style, int column, ScalarStyle preferred = ScalarStyle.Any) =>
        value switch
        {
            YamlScalar scalar => YamlScalarText.Of(scalar, inFlow: true, style.Json, preferred),
            YamlMap map => Bracketed(
                '{',
                '}',
                map.Members.Select(member => FlowMember(member.Key, member.Value, style, column + style.Step)),
                style,
                column
            ),
            YamlList list => Bracketed('[', ']', list.Items.Select(item => Flow(item, style, column + style.Step)), style, column),
            _ => throw new InvalidOperationException("There is no such value."),
        };

    public static string FlowMember(string key, YamlValue value, YamlStyle style, int column) =>
        $"{YamlScalarText.Of(YamlValue.Of(key), inFlow: true, style.Json)}: {Flow(value, style, column)}";

    private static string Bracketed(char open, char close, IEnumerable<string> entries, YamlStyle style, int column)
    {
        var list = entries.ToList();
        var (between, outer) = style.Json && list.Count > 0 ? (Break(column + style.Step), Break(column)) : ("", "");
        return $"{open}{between}{string.Join(style.Json ? "," + between : ", ", list)}{outer}{close}";

        string Break(int indent) => style.LineBreak + new string(' ', indent);
    }

    /// <summary>Text of several lines is written as lines, unless that would need more than the plain form of it.</summary>
    private static bool IsBlockScalar(string text, YamlStyle style, ScalarStyle preferred) =>
        style.BlockScalars
        && preferred is not (ScalarStyle.DoubleQuoted or ScalarStyle.SingleQuoted)
        && text.Contains('\n')
        && text.AsSpan().TrimStart('\n') is [not (' ' or '\t'), ..]
        && text.Split('\n')
            .All(line => line.Length == 0 || line.AsSpan().TrimEnd() is { Length: > 0 } trimmed && trimmed.Length == line.Length)
        && !text.Any(c => c != '\n' && (char.IsControl(c) || c is '\u2028' or '\u2029' or '\ufeff'));

    private static Written BlockScalar(string text, int column, YamlStyle style)
    {
        var chomping =
            !text.EndsWith('\n') ? "-"
            : text.EndsWith("\n\n", StringComparison.Ordinal) ? "+"
            : "";
        var lines = (text.EndsWith('\n') ? text[..^1] : text).Split('\n');
        return new(
            "|" + chomping,
            string.Concat(lines.Select(line => style.LineBreak + (line.Length == 0 ? "" : new string(' ', column) + line)))
        );
    }
}
