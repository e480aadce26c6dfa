using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Support;

namespace Server.Tests.Security;

/// <summary>All routes of a server, with addresses of things that are there.</summary>
internal static class Routes
{
    public static IEnumerable<(RouteEndpoint Route, string Method)> Taking(TestServer server, params string[] methods) =>
        server
            .Services.GetRequiredService<EndpointDataSource>()
            .Endpoints.OfType<RouteEndpoint>()
            .SelectMany(r => Methods(r).Where(methods.Contains).Select(m => (r, m)));

    public static bool IsApi(RouteEndpoint route) =>
        route.RoutePattern.RawText!.StartsWith("/api", StringComparison.Ordinal)
        || route.RoutePattern.RawText.StartsWith("/scim", StringComparison.Ordinal)
        || route.RoutePattern.RawText == "/metrics";

    /// <summary>Below the organization acme with its stack x/dev and its environment of that name; what else is named is not there.</summary>
    public static string Address(RouteEndpoint route) => string.Join('/', route.RoutePattern.RawText!.Split('/').Select(Segment));

    private static string Segment(string segment) =>
        segment.ToUpperInvariant() switch
        {
            "{ORGNAME}" or "{ORG}" or "{ORGANIZATION}" => "acme",
            "{PROJECTNAME}" or "{PROJECT}" => "x",
            "{STACKNAME}" or "{NAME}" or "{ENVNAME}" => "dev",
            "{VERSION}" => "1",
            ['{', ..] => "zzz",
            _ => segment,
        };

    private static IReadOnlyList<string> Methods(RouteEndpoint route) =>
        route.Metadata.GetMetadata<IHttpMethodMetadata>() is { HttpMethods: [_, ..] methods }
            ? methods
            : ["GET", "POST", "PUT", "PATCH", "DELETE"];
}
