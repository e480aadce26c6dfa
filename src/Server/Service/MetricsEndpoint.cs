using OpenTelemetry.Metrics;
using Server.Auth;
using Server.Data;
using Server.Settings;

namespace Server.Service;

/// <summary><c>GET /metrics</c>: what a monitoring system reads, in Prometheus' text format.</summary>
public static class MetricsEndpoint
{
    private static readonly string[] Meters =
    [
        "Microsoft.AspNetCore.Hosting", // requests: how many, how long, with what status, by route
        "Microsoft.AspNetCore.Server.Kestrel", // connections
        "System.Runtime", // memory, garbage collection, threads
        "Npgsql",
        WriteMetrics.Name,
    ];

    public static void AddMetricsEndpoint(this IServiceCollection services) =>
        services.AddOpenTelemetry().WithMetrics(metrics => metrics.AddMeter(Meters).AddPrometheusExporter());

    public static void MapMetrics(this IEndpointRouteBuilder routes, ServerSettings settings)
    {
        var endpoint = routes.MapPrometheusScrapingEndpoint(Http.ApiErrors.Metrics);
        _ = settings.MetricsOpen ? endpoint.AllowAnonymous() : endpoint.RequireSiteAdmin();
    }
}
