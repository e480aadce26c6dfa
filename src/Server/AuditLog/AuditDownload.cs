using Server.Auth;
using Server.Console;
using Server.Organizations;

namespace Server.AuditLog;

/// <summary>The export for who is signed in to the console.</summary>
public static class AuditDownload
{
    public static void MapAuditDownload(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/{org}/settings/audit-logs/export", Download).RequireSignedInMember(Permission.AuditLogsExport).OfOrganizations();

    private static async Task<IResult> Download(HttpContext http, AuditLogExport export, CancellationToken ct)
    {
        var (name, organization) = (http.Request.Query["format"].ToString(), http.Organization());
        if (AuditFormat.Of(name) is not { } format)
        {
            return Results.BadRequest();
        }
        var extension = name.Length > 0 ? name : "csv";
        http.Response.Headers.ContentDisposition = $"attachment; filename=\"audit-{organization.Login}.{extension}\"";
        await export.Write(http, organization, AuditFilter.Of(http.Request.Query).Query(organization.Id), format, ct);
        return Results.Empty;
    }
}
