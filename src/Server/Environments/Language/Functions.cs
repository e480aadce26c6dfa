using System.Text;
using System.Text.Json;
using Wire;

namespace Server.Environments.Language;

/// <summary>The functions that need nothing but their argument. What they make of a secret is a secret.</summary>
public static class Functions
{
    private static readonly Dictionary<string, Func<Call, Value?>> All = new(StringComparer.Ordinal)
    {
        ["fn::concat"] = Concat,
        ["fn::final"] = call => call.Argument.AsFinal(),
        ["fn::fromBase64"] = FromBase64,
        ["fn::fromJSON"] = FromJson,
        ["fn::join"] = Join,
        ["fn::split"] = Split,
        ["fn::toBase64"] = call =>
            call.String(call.Argument) is { } text ? call.Result(Convert.ToBase64String(Encoding.UTF8.GetBytes(text))) : null,
        ["fn::toJSON"] = call => call.Result(ValueText.Json(call.Argument)),
        ["fn::toString"] = call => call.Result(ValueText.Of(call.Argument)),
        ["fn::toYAML"] = call => call.Result(ValueYaml.Of(call.Argument)),
        ["fn::validate"] = Validation.Call,
    };

    public static bool IsKnown(string name) => All.ContainsKey(name);

    /// <summary>Why a call cannot be made.</summary>
    public static string Unknown(string name) =>
        name.StartsWith("fn::open", StringComparison.Ordinal)
            ? $"{name}: this server has no providers; write the values into the environment, as secrets where they are"
        : name.StartsWith("fn::rotate", StringComparison.Ordinal)
            ? $"{name}: this server rotates no secrets; change them with `pulumi env set --secret`"
        : $"unknown function {name}; there are fn::secret, {string.Join(", ", All.Keys)}";

    internal static Value Call(CallExpression expression, Value argument, Work work)
    {
        var call = new Call(expression, argument, work);
        var result =
            !All.TryGetValue(expression.Name, out var function) ? null // which was said when the text was read
            : argument.HasUnknown ? null
            : function(call);
        return result ?? Value.NotKnown(expression.Range).AsSecret(argument.HasSecret);
    }

    private static Value? Join(Call call) =>
        call.Two("a delimiter and a list of strings") is var (delimiter, list)
        && call.String(delimiter) is { } between
        && call.Strings(list) is { } parts
            ? call.Result(string.Join(between, parts))
            : null;

    private static Value? Split(Call call) =>
        call.Two("a delimiter and a string") is var (delimiter, text) && call.String(delimiter) is { } at && call.String(text) is { } whole
            ? call.Result(whole.Split(at.Length == 0 ? null : at).Select(p => Value.Of(p, call.Where)).ToList())
            : null;

    private static Value? Concat(Call call)
    {
        if (call.Argument.Items is not { } lists || lists.Any(l => l.Items is null))
        {
            return call.Wrong("takes a list of lists");
        }
        return call.Result(lists.SelectMany(l => l.Items!).ToList());
    }

    private static Value? FromBase64(Call call)
    {
        if (call.String(call.Argument) is not { } text)
        {
            return null;
        }
        try
        {
            return call.Result(new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(Convert.FromBase64String(text)));
        }
        catch (FormatException)
        {
            return call.Wrong("takes base64, and this is none");
        }
        catch (ArgumentException)
        {
            return call.Wrong("takes base64 of text in UTF-8");
        }
    }

    private static Value? FromJson(Call call)
    {
        if (call.String(call.Argument) is not { } text)
        {
            return null;
        }
        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 60 });
            return Parsed(document.RootElement, call);
        }
        catch (Exception odd) when (odd is JsonException or InvalidOperationException) // half surrogate pairs are the latter
        {
            return call.Wrong("takes JSON, and this is none");
        }
    }

    private static Value Parsed(JsonElement json, Call call) =>
        (
            json.ValueKind switch
            {
                JsonValueKind.Array => call.Result([.. json.EnumerateArray().Select(i => Parsed(i, call))]),
                JsonValueKind.Object => call.Result(Properties(json, call)),
                JsonValueKind.String => call.Result(json.GetString()),
                JsonValueKind.Number => call.Result(new Number(json.GetRawText())),
                JsonValueKind.True => call.Result(true),
                JsonValueKind.False => call.Result(false),
                _ => call.Result((object?)null),
            }
        ).AsSecret(call.Argument.HasSecret);

    private static SortedDictionary<string, Value> Properties(JsonElement json, Call call)
    {
        var properties = new SortedDictionary<string, Value>(StringComparer.Ordinal);
        foreach (var property in json.EnumerateObject())
        {
            properties[property.Name] = Parsed(property.Value, call);
        }
        return properties;
    }
}

/// <summary>One call while it is made.</summary>
internal sealed record Call(CallExpression Expression, Value Argument, Work Work)
{
    public SourceRange Where => Expression.Range;

    public Value Result(object? scalar)
    {
        Work.Charge(scalar is string text ? text.Length : 1, Where);
        return Value.Of(scalar, Where).AsSecret(Argument.HasSecret);
    }

    /// <summary>Its parts are secret or not, each for itself.</summary>
    public Value Result(List<Value> items)
    {
        Work.Charge(items.Count, Where);
        return Value.Of(items, Where).AsSecret(Argument.Secret);
    }

    public Value Result(SortedDictionary<string, Value> properties)
    {
        Work.Charge(properties.Count, Where);
        return Value.Of(properties, Where);
    }

    public Value? Wrong(string what)
    {
        Work.Diagnostics.Error($"{Expression.Name} {what}", Expression.Argument.Range);
        return null;
    }

    /// <returns>Null if it is none, which has been said then.</returns>
    public string? String(Value value)
    {
        if (value.Content is string text)
        {
            return text;
        }
        Wrong("takes a string where there is none");
        return null;
    }

    public List<string>? Strings(Value value)
    {
        if (value.Items is { } items && items.All(i => i.Content is string))
        {
            return [.. items.Select(i => (string)i.Content!)];
        }
        Wrong("takes a list of strings where there is none");
        return null;
    }

    public (Value, Value)? Two(string what)
    {
        if (Argument.Items is [var first, var second])
        {
            return (first, second);
        }
        Wrong($"takes a list of two: {what}");
        return null;
    }
}
