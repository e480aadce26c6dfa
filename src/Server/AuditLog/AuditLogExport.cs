using System.IO.Compression;
using System.Text;
using Server.Audit;
using Server.Organizations;
using Server.Settings;

namespace Server.AuditLog;

/// <summary>Writes events of an organization into an answer, which is always gzip. That somebody took them is an event, too.</summary>
public sealed class AuditLogExport(AuditLogStore log, AuditStore audit, ServerSettings settings)
{
    private const int AtOnce = 1000;

    public static readonly string Version = typeof(AuditLogExport).Assembly.GetName().Version?.ToString(3) ?? "0";

    public AuditSource Source(Organization organization) => new(organization.Id, organization.Login, settings.ConsoleUrl.Host, Version);

    public async Task Write(HttpContext http, Organization organization, AuditQuery query, AuditFormat format, CancellationToken ct)
    {
        await audit.Add(http.Actor(), organization.Id, AuditEvent.AuditLogExported, "Exported the audit log", null, ct);
        http.Response.ContentType ??= "text/plain; charset=utf-8";
        http.Response.Headers.ContentEncoding = "gzip";
        var source = Source(organization);
        await using var packed = new GZipStream(http.Response.Body, CompressionLevel.Fastest, leaveOpen: true);
        await packed.WriteAsync(Encoding.UTF8.GetBytes(format.Header), ct);
        while (await log.List(query, AtOnce, ct) is { Count: > 0 } rows)
        {
            await packed.WriteAsync(Encoding.UTF8.GetBytes(string.Concat(rows.Select(row => format.Line(row, source)))), ct);
            query = query with { BeforeOrdinal = rows[^1].Ordinal };
        }
    }
}
