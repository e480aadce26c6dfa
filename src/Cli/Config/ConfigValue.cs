using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cli.Config.Yaml;
using Cli.Storage;

namespace Cli.Config;

/// <summary>Configuration values: text, typed scalars, maps, lists, and <c>{secure: …}</c> wherever a secret stands.</summary>
internal static class ConfigValue
{
    private const string Secure = "secure";
    public const string Hidden = "[secret]";

    public static YamlMap Secret(string ciphertext) => new([new(Secure, YamlValue.Of(ciphertext))]);

    /// <returns>Null when it is no secret.</returns>
    public static string? CiphertextOf(YamlValue value) =>
        value is YamlMap { Members: [{ Key: Secure, Value: YamlScalar { Kind: ScalarKind.String } text }] } ? text.Text : null;

    public static bool IsObject(YamlValue value) => value is YamlMap or YamlList && CiphertextOf(value) is null;

    /// <summary>At any depth.</summary>
    public static IEnumerable<string> Ciphertexts(YamlValue value) =>
        CiphertextOf(value) is { } ciphertext
            ? [ciphertext]
            : value switch
            {
                YamlMap map => map.Members.SelectMany(member => Ciphertexts(member.Value)),
                YamlList list => list.Items.SelectMany(Ciphertexts),
                _ => [],
            };

    public static bool HasSecrets(YamlValue value) => Ciphertexts(value).Any();

    /// <summary>With something else in place of every secret.</summary>
    public static YamlValue Replaced(YamlValue value, Func<string, YamlValue> secret) =>
        CiphertextOf(value) is { } ciphertext
            ? secret(ciphertext)
            : value switch
            {
                YamlMap map => new YamlMap([
                    .. map.Members.Select(member => KeyValuePair.Create(member.Key, Replaced(member.Value, secret))),
                ]),
                YamlList list => new YamlList([.. list.Items.Select(item => Replaced(item, secret))]),
                _ => value,
            };

    /// <summary>As it is printed, and as programs get it.</summary>
    public static string Text(YamlValue value) => value is YamlScalar scalar ? ScalarText(scalar) : CompactJson.Write(Json(value));

    /// <summary>Members in the order of their names, as the stock CLI prints them.</summary>
    public static JsonNode? Json(YamlValue value) =>
        value switch
        {
            YamlMap map => new JsonObject(
                map.Members.OrderBy(member => member.Key, StringComparer.Ordinal)
                    .Select(member => KeyValuePair.Create(member.Key, Json(member.Value)))
            ),
            YamlList list => new JsonArray([.. list.Items.Select(Json)]),
            YamlScalar { Kind: ScalarKind.Null } => null,
            YamlScalar { Kind: ScalarKind.Boolean } truth => JsonValue.Create(ScalarText(truth) == "true"),
            YamlScalar { Kind: ScalarKind.Integer or ScalarKind.Float } number => Number(ScalarText(number)),
            YamlScalar text => JsonValue.Create(text.Text),
            _ => throw new InvalidOperationException("There is no such value."),
        };

    public static YamlValue OfJson(JsonNode? node) =>
        node switch
        {
            JsonObject map => new YamlMap([.. map.Select(member => KeyValuePair.Create(member.Key, OfJson(member.Value)))]),
            JsonArray list => new YamlList([.. list.Select(OfJson)]),
            null => YamlValue.Null,
            _ => node.GetValueKind() switch
            {
                JsonValueKind.String => YamlValue.Of(node.GetValue<string>()),
                JsonValueKind.Number => new YamlScalar(
                    node.ToJsonString(),
                    YamlReading.KindOf(node.ToJsonString()) == ScalarKind.Integer ? ScalarKind.Integer : ScalarKind.Float
                ),
                _ => new YamlScalar(node.ToJsonString(), ScalarKind.Boolean),
            },
        };

    private static string ScalarText(YamlScalar scalar) =>
        scalar.Kind switch
        {
            ScalarKind.Null => "",
            ScalarKind.Boolean => scalar.Text.ToLowerInvariant(),
            ScalarKind.Integer => Decimal(scalar.Text),
            _ => scalar.Text,
        };

    /// <summary>Other bases are a way of writing.</summary>
    private static string Decimal(string text)
    {
        var digits = text.TrimStart('+', '-').Replace("_", "", StringComparison.Ordinal);
        var (radix, rest) = digits switch
        {
            ['0', 'x' or 'X', .. var hex] => (16, hex),
            ['0', 'o' or 'O', .. var octal] => (8, octal),
            ['0', 'b' or 'B', .. var binary] => (2, binary),
            ['0', _, ..] => (8, digits[1..]),
            _ => (10, digits),
        };
        if (radix == 10 || rest.Length == 0)
        {
            return (text.StartsWith('-') ? "-" : "") + digits;
        }
        var number = rest.Aggregate(
            System.Numerics.BigInteger.Zero,
            (sum, digit) => sum * radix + int.Parse(digit.ToString(), NumberStyles.HexNumber, CultureInfo.InvariantCulture)
        );
        return (text.StartsWith('-') ? -number : number).ToString(CultureInfo.InvariantCulture);
    }

    // What JSON has no number for (.inf, 1_000.5) stays text.
    private static JsonNode? Number(string text)
    {
        try
        {
            return GoJson.Parse(System.Text.Encoding.UTF8.GetBytes(text));
        }
        catch (JsonException)
        {
            return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
                ? JsonValue.Create(number)
                : JsonValue.Create(text);
        }
    }
}
