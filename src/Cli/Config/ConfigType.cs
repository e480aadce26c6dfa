using System.Globalization;
using System.Numerics;
using Cli.Config.Yaml;

namespace Cli.Config;

/// <summary>From what somebody typed to a typed value.</summary>
internal static class ConfigType
{
    private const string Names = "string, bool, int, float";

    /// <param name="type">As given to <c>--type</c>; null where it was not.</param>
    /// <param name="isInside">Whether the value stands inside a map or list, where truth values and whole numbers are recognized.</param>
    public static YamlValue Of(string text, string? type, bool isInside) =>
        type switch
        {
            null or "" => isInside ? Recognized(text) : YamlValue.Of(text),
            "string" => YamlValue.Of(text),
            "bool" when text is "true" or "false" => new YamlScalar(text, ScalarKind.Boolean),
            "int" when IsWhole(text) => new YamlScalar(text, ScalarKind.Integer),
            "float" when Float(text) is { } number => number,
            "bool" => throw Wrong(text, "bool", "true or false"),
            "int" => throw Wrong(text, "int", "a whole number of at most 64 bits"),
            "float" => throw Wrong(text, "float", "a number"),
            _ => throw new UserErrorException($"unsupported type '{type}'; the types are {Names}"),
        };

    private static YamlScalar Recognized(string text) =>
        text is "true" or "false" ? new(text, ScalarKind.Boolean)
        : IsWhole(text) ? new(text, ScalarKind.Integer)
        : YamlValue.Of(text);

    /// <summary>Signed or unsigned, of 64 bits. Zeros in front mean that it is no number: a postal code, say.</summary>
    private static bool IsWhole(string text) =>
        text.TrimStart('-') is { Length: > 0 } digits
        && text.Length - digits.Length <= 1
        && digits.All(char.IsAsciiDigit)
        && (digits.Length == 1 || digits[0] != '0')
        && BigInteger.Parse(text, CultureInfo.InvariantCulture) is var number
        && number >= long.MinValue
        && number <= ulong.MaxValue;

    private static YamlScalar? Float(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
        && double.IsFinite(number)
        && !text.Any(char.IsWhiteSpace)
            ? new(Plain(text, number), ScalarKind.Float)
            : null;

    // What would be read as a whole number is written as the float that it is meant to be.
    private static string Plain(string text, double number) =>
        YamlReading.KindOf(text) == ScalarKind.Float ? text : number.ToString("0.0###############", CultureInfo.InvariantCulture);

    private static UserErrorException Wrong(string text, string type, string expected) =>
        new($"invalid value '{text}' for type {type}: expected {expected}");
}
