using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Server.Environments.Language;

/// <summary>What an unquoted word is, by the core schema of YAML 1.2.</summary>
public static partial class YamlScalars
{
    private const string TagPrefix = "tag:yaml.org,2002:";
    private const int LongestNumber = 400;

    public static (string Text, ScalarKind Kind) Resolve(Scalar scalar)
    {
        var tag = scalar.Tag.IsEmpty || scalar.Tag.IsNonSpecific ? "" : scalar.Tag.Value;
        return
            tag == TagPrefix + "str"
            || (scalar.Style != ScalarStyle.Plain && tag.Length == 0)
            || scalar.Tag is { IsEmpty: false, IsNonSpecific: true }
            ? (scalar.Value, ScalarKind.String)
            : Resolve(scalar.Value);
    }

    public static (string Text, ScalarKind Kind) Resolve(string text) =>
        text switch
        {
            "" or "~" or "null" or "Null" or "NULL" => ("null", ScalarKind.Null),
            "true" or "True" or "TRUE" => ("true", ScalarKind.Boolean),
            "false" or "False" or "FALSE" => ("false", ScalarKind.Boolean),
            _ when text.Length <= LongestNumber && Number(text) is { } number => (number, ScalarKind.Number),
            _ => (text, ScalarKind.String),
        };

    /// <returns>As JSON writes it; null if it is none, or not a finite one.</returns>
    private static string? Number(string text)
    {
        if (JsonNumber().IsMatch(text))
        {
            return text;
        }
        if (text.StartsWith("0x", StringComparison.Ordinal) && Hexadecimal().IsMatch(text))
        {
            return BigInteger
                .Parse("0" + text[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)
                .ToString(CultureInfo.InvariantCulture);
        }
        if (Octal().IsMatch(text))
        {
            return text[2..].Aggregate(BigInteger.Zero, (sum, digit) => sum * 8 + (digit - '0')).ToString(CultureInfo.InvariantCulture);
        }
        if (Integer().IsMatch(text))
        {
            return BigInteger.Parse(text, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture);
        }
        return Float().IsMatch(text) && double.TryParse(text, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value)
            ? value.ToString("R", CultureInfo.InvariantCulture)
            : null;
    }

    [GeneratedRegex(
        @"^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]{1,3})?\z",
        RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture
    )]
    private static partial Regex JsonNumber();

    [GeneratedRegex(@"^0x[0-9a-fA-F]+\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Hexadecimal();

    [GeneratedRegex(@"^0o[0-7]+\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Octal();

    [GeneratedRegex(@"^[-+]?[0-9]+\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Integer();

    [GeneratedRegex(
        @"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\z",
        RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture
    )]
    private static partial Regex Float();
}
