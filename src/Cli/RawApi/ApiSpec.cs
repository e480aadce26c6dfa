using System.Text.Json.Nodes;
using Cli.Api;
using Cli.Backends.Cloud;

namespace Cli.RawApi;

/// <summary>A cloud's own description of its API (OpenAPI 3).</summary>
internal sealed class ApiSpec(JsonObject document)
{
    private static readonly string[] Methods = ["get", "head", "post", "put", "patch", "delete", "options"];

    public IReadOnlyList<ApiOperation> Operations { get; } =
    [
        .. (document["paths"] as JsonObject ?? []).SelectMany(path =>
            Methods
                .Where(method => path.Value?[method] is JsonObject)
                .Select(method => new ApiOperation(method.ToUpperInvariant(), path.Key, path.Value![method]!.AsObject()))
        ),
    ];

    public static async Task<ApiSpec> Ask(CloudConnection cloud, CancellationToken ct)
    {
        var body = await cloud.SendOr(CloudCall.Get("/api/openapi/pulumi-spec.json"), refused => refused.Code == 404, _ => null, ct);
        return body is null
            ? throw new UserErrorException($"{cloud.Url} does not describe its API; name a path, as /api/user")
            : new(CloudConnection.Parse(body));
    }

    public ApiOperation? Operation(string id) =>
        Operations.FirstOrDefault(operation => operation.Id == id)
        ?? Operations.FirstOrDefault(operation => operation.Id.Equals(id, StringComparison.OrdinalIgnoreCase));

    /// <summary>Parameters may be named in any way, or have values.</summary>
    public ApiOperation? Operation(string method, string path) =>
        Operations.Where(operation => operation.Method == method && Fits(operation.Path, path)).MinBy(Parameters);

    /// <summary>A schema with what its references stand for, down to some depth: they may go in circles.</summary>
    public JsonNode? Resolved(JsonNode? schema, int depth = 4)
    {
        if (((schema as JsonObject)?["$ref"] as JsonValue)?.ToString() is { } reference)
        {
            var found = reference.TrimStart('#', '/').Split('/').Aggregate((JsonNode?)document, (at, part) => (at as JsonObject)?[part]);
            return depth == 0 ? schema.DeepClone() : Resolved(found, depth - 1);
        }
        return schema switch
        {
            JsonObject members => new JsonObject(members.Select(m => KeyValuePair.Create(m.Key, Resolved(m.Value, depth)))),
            JsonArray items => new JsonArray([.. items.Select(item => Resolved(item, depth))]),
            _ => schema?.DeepClone(),
        };
    }

    private static bool Fits(string template, string path)
    {
        var (parts, given) = (template.Split('/'), path.Split('?')[0].Split('/'));
        return parts.Length == given.Length && parts.Zip(given).All(pair => IsParameter(pair.First) || pair.First == pair.Second);
    }

    private static int Parameters(ApiOperation operation) => operation.Path.Split('/').Count(IsParameter);

    private static bool IsParameter(string part) => part.StartsWith('{');
}

internal sealed record ApiOperation(string Method, string Path, JsonObject Description)
{
    public string Id => Text("operationId");
    public string Summary => Text("summary");
    public bool IsDeprecated => Description["deprecated"]?.GetValueKind() == System.Text.Json.JsonValueKind.True;
    public bool IsPreview => (Description["x-pulumi-route-property"]?["Visibility"] as JsonValue)?.ToString() == "Preview";

    /// <summary>What others wrote does not steer a terminal.</summary>
    public string Text(string member) =>
        string.Concat(((Description[member] as JsonValue)?.ToString() ?? "").Select(c => char.IsControl(c) ? ' ' : c));
}
