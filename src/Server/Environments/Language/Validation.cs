using System.Globalization;
using System.Text.RegularExpressions;

namespace Server.Environments.Language;

/// <summary><c>fn::validate: {schema, value}</c>: the value, if it is as the JSON schema says. What of JSON schema is not known is refused.</summary>
internal static class Validation
{
    private static readonly string[] Words = ["title", "description", "examples", "default", "deprecated", "secret"];

    public static Value? Call(Call call)
    {
        if (
            call.Argument.Properties is not { } parts
            || !parts.TryGetValue("schema", out var schema)
            || !parts.TryGetValue("value", out var value)
        )
        {
            return call.Wrong("takes an object with schema and value");
        }
        return Problem(call, schema, value, "value") is { } problem ? call.Wrong(problem) : value;
    }

    /// <returns>What is wrong; null if nothing is.</returns>
    private static string? Problem(Call call, Value schema, Value value, string path)
    {
        if (schema.Content is bool any)
        {
            return any ? null : $"finds {path}, which must not be there";
        }
        if (schema.Properties is not { } facts)
        {
            return "takes a schema that is an object, true or false";
        }
        return facts.Select(f => Problem(call, facts, f.Key, f.Value, value, path)).FirstOrDefault(p => p is not null);
    }

    private static string? Problem(Call call, IReadOnlyDictionary<string, Value> facts, string word, Value fact, Value value, string path)
    {
        call.Work.Charge(10, call.Where);
        return word switch
        {
            "type" => IsType(fact, value) ? null : $"finds that {path} is no {ValueText.Of(fact)}",
            "const" => AnyOf(call, [fact], value) ? null : $"finds that {path} is not what const says",
            "enum" => AnyOf(call, fact.Items ?? [], value) ? null : $"finds that {path} is none of the values in enum",
            "properties" => First(
                fact.Properties,
                p => value.Properties?.GetValueOrDefault(p.Key) is { } part ? Problem(call, p.Value, part, $"{path}.{p.Key}") : null
            ),
            "required" => First(
                fact.Items,
                r => value.Properties is { } all && !all.ContainsKey(ValueText.Of(r)) ? $"misses {path}.{ValueText.Of(r)}" : null
            ),
            "additionalProperties" => First(
                value.Properties,
                p =>
                    facts.GetValueOrDefault("properties")?.Properties?.ContainsKey(p.Key) == true
                        ? null
                        : Problem(call, fact, p.Value, $"{path}.{p.Key}")
            ),
            "items" => First(value.Items, i => Problem(call, fact, i, path + "[]")),
            "minLength" or "minItems" or "minProperties" or "minimum" => Size(word, value) is { } size && size < Limit(fact)
                ? $"finds less in {path} than {word} says"
                : null,
            "maxLength" or "maxItems" or "maxProperties" or "maximum" => Size(word, value) is { } size && size > Limit(fact)
                ? $"finds more in {path} than {word} says"
                : null,
            "pattern" => value.Content is not string text || Matches(text, ValueText.Of(fact))
                ? null
                : $"finds that {path} is not as its pattern says",
            _ => Words.Contains(word) ? null : $"does not know \"{word}\" in a schema",
        };
    }

    private static string? First<T>(IEnumerable<T>? all, Func<T, string?> problem) =>
        all?.Select(problem).FirstOrDefault(p => p is not null);

    private static bool IsType(Value type, Value value) =>
        ValueText.Of(type) switch
        {
            "string" => value.Content is string,
            "number" => value.Content is Number,
            "integer" => value.Content is Number number && !number.Text.AsSpan().ContainsAny('.', 'e', 'E'),
            "boolean" => value.Content is bool,
            "array" => value.Items is not null,
            "object" => value.Properties is not null,
            "null" => value.Content is null,
            _ => false,
        };

    private static bool AnyOf(Call call, IReadOnlyList<Value> values, Value value)
    {
        var json = ValueText.Json(value);
        call.Work.Charge(json.Length, call.Where);
        return values.Any(v => ValueText.Json(v) == json);
    }

    private static double? Size(string word, Value value) =>
        (word[3..], value.Content) switch
        {
            ("Length", string text) => text.Length,
            ("Items", _) => value.Items?.Count,
            ("Properties", _) => value.Properties?.Count,
            ("imum", Number number) => double.Parse(number.Text, CultureInfo.InvariantCulture),
            _ => null,
        };

    private static double Limit(Value fact) =>
        fact.Content is Number number ? double.Parse(number.Text, CultureInfo.InvariantCulture) : double.NaN;

    private static bool Matches(string text, string pattern)
    {
        try
        {
            return new Regex(pattern, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, TimeSpan.FromSeconds(1)).IsMatch(text);
        }
        catch (Exception odd) when (odd is ArgumentException or NotSupportedException or RegexMatchTimeoutException)
        {
            return false;
        }
    }
}
