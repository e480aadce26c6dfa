using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;

namespace Support;

/// <summary>Holds our answers against the published description of Pulumi Cloud's API, where it describes them.</summary>
public static class PublishedApi
{
    private const string Base = "https://published.invalid/api";

    private static readonly JsonNode Document = Load();
    private static readonly Lazy<BuildOptions> Build = new(Register);
    private static readonly Dictionary<string, JsonSchema> Built = [];
    private static readonly EvaluationOptions EverySingleOne = new() { OutputFormat = OutputFormat.List };

    private static readonly List<(string[] Segments, JsonObject Operations)> Paths =
    [
        .. Document["paths"]!.AsObject().Select(p => (p.Key.Split('/'), p.Value!.AsObject())).OrderBy(p => p.Item1.Count(IsHole)),
    ];

    /// <summary>Every error has this body, whether the document says so or not: clients act on it.</summary>
    private static readonly JsonSchema ErrorBody = JsonSchema.FromText(
        """{"type":"object","required":["code","message"],"properties":{"code":{"type":"integer"},"message":{"type":"string","minLength":1}}}"""
    );

    /// <summary>Does the document describe this call?</summary>
    public static bool Describes(string method, string path) => Find(method, path) is not null;

    /// <param name="path">With or without its query.</param>
    /// <param name="json">The body; null or empty if there is none.</param>
    /// <returns>Every violation, as <c>where: what</c>; empty where the document says nothing.</returns>
    public static IReadOnlyList<string> Validate(string method, string path, int status, string? json)
    {
        if (method == "HEAD")
        {
            return []; // has no body, whatever is described
        }
        if (status >= 400)
        {
            return Evaluate(ErrorBody, json);
        }
        if (Find(method, path) is not { } operation)
        {
            return [];
        }
        var code = status.ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (operation["responses"]![code] is not { } response)
        {
            return [$"status: {status} is not described, only {string.Join(", ", operation["responses"]!.AsObject().Select(r => r.Key))}"];
        }
        return response["content"]?["application/json"]?["schema"] is { } schema ? Evaluate(Schema(schema), json) : [];
    }

    /// <exception cref="PublishedApiException">The answer is not as published.</exception>
    public static void Check(string method, string path, int status, string? json)
    {
        var violations = Validate(method, path, status, json);
        if (violations.Count > 0)
        {
            throw new PublishedApiException(
                $"{method} {path} answered {status} not as published:\n{string.Join('\n', violations)}\n{json}"
            );
        }
    }

    private static JsonNode? Find(string method, string path)
    {
        var segments = path.Split('?')[0].Split('/');
        var fits = Paths.Find(p =>
            p.Segments.Length == segments.Length && p.Segments.Zip(segments).All(s => IsHole(s.First) || s.First == s.Second)
        );
        return fits.Operations?[method.ToLowerInvariant()];
    }

    private static bool IsHole(string segment) => segment.StartsWith('{');

    private static List<string> Evaluate(JsonSchema schema, string? json)
    {
        JsonElement body;
        try
        {
            body = JsonElement.Parse(string.IsNullOrEmpty(json) ? "null" : json);
        }
        catch (JsonException problem)
        {
            return ["body: is not JSON: " + problem.Message];
        }
        var result = schema.Evaluate(body, EverySingleOne);
        return
        [
            .. (result.Details ?? [])
                .Where(d => d.Errors is not null)
                .SelectMany(d => d.Errors!.Select(e => $"{Where(d)}: {e.Value}"))
                .Concat(result.Errors?.Select(e => $"body: {e.Value}") ?? [])
                .Distinct(),
        ];
    }

    private static string Where(EvaluationResults place) => place.InstanceLocation.ToString() is { Length: > 0 } pointer ? pointer : "body";

    private static JsonNode Load()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("published-api.json")!;
        return AnyWhereItSaysSo(JsonNode.Parse(stream)!);
    }

    /// <summary>The document calls the values of a map objects where they may be anything: inputs and outputs of resources are text as often as not.</summary>
    private static JsonNode AnyWhereItSaysSo(JsonNode document)
    {
        const string any = """{"type":"object"}""";
        return JsonNode.Parse(
            document
                .ToJsonString()
                .Replace($"\"additionalProperties\":{any}", "\"additionalProperties\":true", StringComparison.Ordinal)
                .Replace($"\"value\":{any}", "\"value\":true", StringComparison.Ordinal)
                .Replace($"\"literal\":{any}", "\"literal\":true", StringComparison.Ordinal)
        )!;
    }

    /// <summary>Schemas are built once, and one at a time: their registry is no place for two.</summary>
    private static JsonSchema Schema(JsonNode node)
    {
        lock (Built)
        {
            var text = Rebase(node.ToJsonString());
            return Built.TryGetValue(text, out var built) ? built : Built[text] = JsonSchema.FromText(text, Build.Value);
        }
    }

    private static BuildOptions Register()
    {
        var options = new BuildOptions { SchemaRegistry = new() };
        var all = new JsonObject { ["$id"] = Base, ["$defs"] = Document["components"]!["schemas"]!.DeepClone() };
        JsonSchema.FromText(Rebase(all.ToJsonString()), options);
        return options;
    }

    private static string Rebase(string schema) => schema.Replace("#/components/schemas/", Base + "#/$defs/", StringComparison.Ordinal);
}

/// <summary>An answer is not what clients were promised. Everything that was wrong stands in the message.</summary>
public sealed class PublishedApiException(string message) : Exception(message);
