using System.Globalization;
using Server.AuditLog.Export;
using Server.Auth;
using Server.Http;
using Server.Organizations;
using Wire;

namespace Server.AuditLog;

/// <summary>The audit log of an organization, in both published versions: in the first, <c>startTime</c> is the upper bound.</summary>
public static class AuditLogEndpoints
{
    private const string Route = "/api/orgs/{orgName}/auditlogs";
    private const int PageSize = 100;

    public static void AddAuditLog(this IServiceCollection services)
    {
        services.AddSingleton<AuditLogStore>();
        services.AddSingleton<AuditLogExport>();
        services.AddSingleton<AuditExportStore>();
        services.AddSingleton<AuditExportChanges>();
        services.AddSingleton<AuditExporting>();
        services.AddHostedService(provider => provider.GetRequiredService<AuditExporting>());
    }

    public static void MapAuditLog(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Route, ListFirst).RequireMember(Permission.AuditLogsRead);
        routes.MapGet(Route + "/v2", ListSecond).RequireMember(Permission.AuditLogsRead);
        routes.MapGet(Route + "/reader-kind", () => Results.Text("\"mysql\"", "application/json")).RequireMember(Permission.AuditLogsRead);
        routes.MapGet(Route + "/export", ExportFirst).RequireMember(Permission.AuditLogsExport);
        routes.MapGet(Route + "/v2/export", ExportSecond).RequireMember(Permission.AuditLogsExport);
        routes.MapAuditDownload();
    }

    private static Task<ResponseAuditLogs> ListFirst(HttpContext http, AuditLogStore log, CancellationToken ct) =>
        List(http, log, First(http), ct);

    private static Task<ResponseAuditLogs> ListSecond(HttpContext http, AuditLogStore log, CancellationToken ct) =>
        List(http, log, Second(http), ct);

    private static Task ExportFirst(HttpContext http, AuditLogExport export, CancellationToken ct) => Export(http, export, First(http), ct);

    private static Task ExportSecond(HttpContext http, AuditLogExport export, CancellationToken ct) =>
        Export(http, export, Second(http), ct);

    private static async Task<ResponseAuditLogs> List(HttpContext http, AuditLogStore log, AuditQuery query, CancellationToken ct)
    {
        if (http.Request.Query["format"].ToString() is not ("" or "json") and var format)
        {
            throw ApiException.BadRequest($"'{format}' is not a format of this call, which answers json; …/export knows csv and cef.");
        }
        var rows = await log.List(query, PageSize + 1, ct);
        var page = rows.Take(PageSize).ToList();
        return new([.. page.Select(OnWire)], rows.Count > PageSize ? Paging.Token(Number(page[^1].Ordinal)) : null);
    }

    private static AuditLogEvent OnWire(AuditLogRow row) =>
        new()
        {
            Timestamp = row.CreatedMs / 1000,
            SourceIP = row.Address,
            Event = row.Event,
            Description = row.Description,
            User = new(row.Name.Length > 0 ? row.Name : row.Login, row.Login, AvatarUrl: ""),
            TokenID = row.TokenId,
            TokenName = row.TokenName,
            AuthFailure = AuditEventTypes.IsFailure(row.Event),
        };

    private static Task Export(HttpContext http, AuditLogExport export, AuditQuery query, CancellationToken ct)
    {
        var name = http.Request.Query["format"].ToString();
        var format =
            AuditFormat.Of(name)
            ?? throw ApiException.BadRequest($"'{name}' is not a format; there are {string.Join(", ", AuditFormat.Names)}.");
        return export.Write(http, http.Organization(), query, format, ct);
    }

    /// <summary>Both bounds are upper ones.</summary>
    private static AuditQuery First(HttpContext http) =>
        Query(http) with
        {
            UntilMs = Math.Min(
                Bound(http, "startTime", after: true) ?? long.MaxValue,
                Bound(http, "endTime", after: true) ?? long.MaxValue
            ),
        };

    private static AuditQuery Second(HttpContext http) =>
        Query(http) with
        {
            FromMs = Bound(http, "startTime", after: false) ?? 0,
            UntilMs = Bound(http, "endTime", after: true) ?? long.MaxValue,
        };

    /// <summary>Filters by the names of the published document, and by those of the stock CLI.</summary>
    private static AuditQuery Query(HttpContext http) =>
        new(http.Organization().Id)
        {
            Event = Text(http, "eventFilter") ?? Text(http, "eventType"),
            Login = Text(http, "userFilter") ?? Text(http, "user"),
            BeforeOrdinal =
                Paging.Position(http.Request.Query["continuationToken"], parts: 1) is not [var place] ? long.MaxValue
                : long.TryParse(place, NumberStyles.None, CultureInfo.InvariantCulture, out var ordinal) ? ordinal
                : throw Paging.Foreign(),
        };

    private static string? Text(HttpContext http, string name) => http.Request.Query[name].ToString() is { Length: > 0 } text ? text : null;

    /// <summary>Seconds since 1970, or a time of RFC 3339. An upper bound takes in the second that it names.</summary>
    private static long? Bound(HttpContext http, string name, bool after)
    {
        if (Text(http, name) is not { } text)
        {
            return null;
        }
        long seconds;
        if (
            DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            && text.Contains('-', StringComparison.Ordinal)
        )
        {
            seconds = time.ToUnixTimeSeconds();
        }
        else if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out seconds))
        {
            throw ApiException.BadRequest($"'{text}' is not a valid {name}, which is in seconds since 1970 or like 2026-01-31T00:00:00Z.");
        }
        return (Math.Min(seconds, long.MaxValue / 2000) + (after ? 1 : 0)) * 1000;
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
