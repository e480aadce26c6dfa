using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Server.Auth;
using Wire;

namespace Server.Service;

/// <summary>
/// <c>GET /api/openapi/pulumi-spec.json</c>: what can be called here, made from the routes themselves. <c>pulumi api</c> lists it. Bodies are as Pulumi
/// publishes them, or as docs/compatibility.md says.
/// </summary>
public static partial class ApiDescription
{
    public static void MapApiDescription(this IEndpointRouteBuilder routes) =>
        routes
            .MapGet(
                "/api/openapi/pulumi-spec.json",
                (EndpointDataSource endpoints) => Results.Json(Of(endpoints.Endpoints), WireJson.Default.JsonObject)
            )
            .RequireUser();

    private static JsonObject Of(IEnumerable<Endpoint> endpoints) =>
        new()
        {
            ["openapi"] = "3.0.3",
            ["info"] = new JsonObject { ["title"] = "Holdfast", ["version"] = "1" },
            ["paths"] = new JsonObject(
                endpoints
                    .OfType<RouteEndpoint>()
                    .Select(route => (Path: PathOf(route), Route: route))
                    .Where(found => found.Path.StartsWith("/api/", StringComparison.Ordinal))
                    .GroupBy(found => found.Path, StringComparer.Ordinal)
                    .OrderBy(group => group.Key, StringComparer.Ordinal)
                    .Select(group => KeyValuePair.Create(group.Key, (JsonNode?)Methods(group.Select(found => found.Route))))
            ),
        };

    private static JsonObject Methods(IEnumerable<RouteEndpoint> routes)
    {
        var methods = new JsonObject();
        foreach (var route in routes)
        {
            foreach (var method in route.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? [])
            {
                methods[method.ToLowerInvariant()] = Operation(route);
            }
        }
        return methods;
    }

    private static JsonObject Operation(RouteEndpoint route)
    {
        var operation = new JsonObject
        {
            ["parameters"] = new JsonArray([
                .. Parameter()
                    .Matches(PathOf(route))
                    .Select(match => new JsonObject
                    {
                        ["name"] = match.Groups["name"].Value,
                        ["in"] = "path",
                        ["required"] = true,
                        ["schema"] = new JsonObject { ["type"] = "string" },
                    }),
            ]),
            ["responses"] = new JsonObject { ["default"] = new JsonObject { ["description"] = "" } },
        };
        if (route.Metadata.GetMetadata<NeedsAttribute>() is { } needs)
        {
            operation["summary"] = $"Needs the permission {needs.Permission}";
        }
        return operation;
    }

    /// <summary>Without what only routing wants to know of its parameters.</summary>
    private static string PathOf(RouteEndpoint route) => Parameter().Replace("/" + route.RoutePattern.RawText!.Trim('/'), "{${name}}");

    [GeneratedRegex(
        @"\{\*{0,2}(?<name>\w+)[^}]*\}",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex Parameter();
}
