using System.Text.Json;
using System.Text.RegularExpressions;
using Server.Resources;

namespace Server.Readme;

/// <summary>Fills the holes of a README: <c>${outputs.network.zones[0]}</c>. Those that name nothing stay as they are.</summary>
public static partial class ReadmeTemplate
{
    private const int LongestValue = 10_000;

    public static string Fill(string text, JsonElement outputs) =>
        Hole().Replace(text, hole => Value(hole.Groups["path"].Value, outputs) is { } value ? Shown(value) : hole.Value);

    private static JsonElement? Value(string path, JsonElement outputs)
    {
        var value = outputs;
        foreach (Match step in Step().Matches(path))
        {
            var name = step.Groups["name"].Success ? step.Groups["name"].Value : step.Groups["index"].Value;
            if (SpecialValue.SignatureOf(value) is not null || SpecialValue.At(value, SpecialValue.Below("", name)) is not { } next)
            {
                return null;
            }
            value = next;
        }
        return value;
    }

    private static string Shown(JsonElement value)
    {
        if (HoldsSecret(value))
        {
            return "[secret]";
        }
        var text = value.ValueKind == JsonValueKind.String ? value.Read() : value.GetRawText();
        return text.Length <= LongestValue ? text : text[..LongestValue] + "…";
    }

    private static bool HoldsSecret(JsonElement value) =>
        SpecialValue.SignatureOf(value) == SpecialValue.Secret
        || value.ValueKind == JsonValueKind.Object && value.EnumerateObject().Any(m => HoldsSecret(m.Value))
        || value.ValueKind == JsonValueKind.Array && value.EnumerateArray().Any(HoldsSecret);

    [GeneratedRegex(
        @"\$\{outputs(?<path>(?:\.[A-Za-z0-9_-]+|\[[0-9]{1,6}\]){1,20})\}",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex Hole();

    [GeneratedRegex(
        @"\.(?<name>[A-Za-z0-9_-]+)|\[(?<index>[0-9]+)\]",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex Step();
}
