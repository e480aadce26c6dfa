using System.Text;
using Wire;

namespace Server.Environments.Language;

/// <summary>Text with <c>${references}</c>; <c>$${</c> is a <c>${</c> that is none.</summary>
public static class Interpolation
{
    public static Expression Parse(string text, SourceRange range, Diagnostics diagnostics)
    {
        var (parts, before, at) = (new List<InterpolationPart>(), new StringBuilder(), 0);
        while (text.IndexOf("${", at, StringComparison.Ordinal) is var hole and >= 0)
        {
            if (hole > at && text[hole - 1] == '$')
            {
                before.Append(text, at, hole - 1 - at).Append("${");
                at = hole + 2;
                continue;
            }
            before.Append(text, at, hole - at);
            var end = End(text, hole + 2);
            if (end < 0)
            {
                diagnostics.Error("a reference begins with ${ and lacks its }; write $${ for the two characters", range);
                return new LiteralExpression(range, text, ScalarKind.String);
            }
            if (PropertyPath.Parse(text[(hole + 2)..end], out var problem) is not { } path)
            {
                diagnostics.Error($"invalid reference {text[hole..(end + 1)]}: {problem}", range);
                return new LiteralExpression(range, text, ScalarKind.String);
            }
            parts.Add(new(before.ToString(), path));
            before.Clear();
            at = end + 1;
        }
        before.Append(text, at, text.Length - at);
        return parts switch
        {
            [] => new LiteralExpression(range, before.ToString(), ScalarKind.String),
            [{ Text: "", Path: { } only }] when before.Length == 0 => new SymbolExpression(range, only),
            _ => new InterpolationExpression(range, [.. parts, new(before.ToString(), null)]),
        };
    }

    /// <summary>Of the brace that ends a reference: a key in quotes may have some of its own.</summary>
    private static int End(string text, int at)
    {
        var quoted = false;
        for (; at < text.Length; at++)
        {
            if (quoted && text[at] == '\\')
            {
                at++;
            }
            else if (text[at] == '"')
            {
                quoted = !quoted;
            }
            else if (text[at] == '}' && !quoted)
            {
                return at;
            }
        }
        return -1;
    }
}
