using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Text;
using Server.Data;
using Server.Outgoing;
using Server.Secrets;
using Server.Settings;

namespace Server.AuditLog.Export;

/// <summary>
/// Sends what was appended to audit logs to where their organizations want it, in order. Where an export has got to is written down after its events
/// have arrived, so that each arrives at least once.
/// </summary>
public sealed class AuditExporting : BackgroundService
{
    private const int AtOnce = 500;
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(30);

    private readonly AuditExportStore _exports;
    private readonly AuditLogStore _log;
    private readonly AuditSyslog _syslog;
    private readonly OwnerKeys _keys;
    private readonly Database _database;
    private readonly ServerSettings _settings;
    private readonly TimeProvider _clock;
    private readonly ILogger<AuditExporting> _logger;
    private readonly HttpClient _http;

    public AuditExporting(
        AuditExportStore exports,
        AuditLogStore log,
        OutgoingConnections connections,
        OwnerKeys keys,
        Database database,
        ServerSettings settings,
        TimeProvider clock,
        ILogger<AuditExporting> logger
    )
    {
        (_exports, _log, _keys, _database, _settings, _clock, _logger) = (exports, log, keys, database, settings, clock, logger);
        _syslog = new(connections);
        _http = new(connections.Handler()) { Timeout = TimeSpan.FromSeconds(30) };
    }

    /// <summary>The folder of exports to files; each process has its own.</summary>
    public static string Folder(ServerSettings settings) => Path.Combine(settings.DataFolder, "audit");

    public override void Dispose()
    {
        _http.Dispose();
        base.Dispose();
    }

    /// <summary>Sends what there is, and waits for it.</summary>
    public async Task SendNew(CancellationToken ct)
    {
        while (await _exports.Claim(Lease, ct) is { Count: > 0 } claimed)
        {
            await Task.WhenAll(claimed.Select(export => Send(export, ct)));
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(TimeSpan.FromSeconds(5), _clock, stoppingToken);
                try
                {
                    await SendNew(stoppingToken);
                }
                catch (Exception problem) when (problem is not OperationCanceledException)
                {
                    _logger.LogWarning(problem, "Could not export audit logs");
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops; what has not arrived is sent again.
        }
    }

    private async Task Send(AuditExport export, CancellationToken ct)
    {
        try
        {
            var rows = await _log.After(export.OrganizationId, export.CursorOrdinal, AtOnce, ct);
            if (rows.Count > 0)
            {
                await Deliver(export, rows, ct);
                await _exports.Advance(export, rows[^1].Ordinal, CancellationToken.None);
            }
        }
        catch (Exception failure)
            when (failure
                    is IOException
                        or SocketException
                        or HttpRequestException
                        or AuthenticationException
                        or UnauthorizedAccessException
                || (failure is OperationCanceledException && !ct.IsCancellationRequested)
            )
        {
            var wait = TimeSpan.FromSeconds(5 * Math.Pow(2, Math.Min(export.Failures, 10)));
            await _exports.Fail(export, Reason(failure), wait < LongestWait ? wait : LongestWait, CancellationToken.None);
        }
    }

    private async Task Deliver(AuditExport export, IReadOnlyList<AuditLogRow> rows, CancellationToken ct)
    {
        var login = await _database.QueryOne<string>($"SELECT login FROM organizations WHERE id = {export.OrganizationId}", ct);
        var source = new AuditSource(export.OrganizationId, login ?? "", _settings.ConsoleUrl.Host, AuditLogExport.Version);
        switch (export.Kind)
        {
            case AuditTarget.Syslog:
                using (var patience = CancellationTokenSource.CreateLinkedTokenSource(ct))
                {
                    patience.CancelAfter(TimeSpan.FromSeconds(30));
                    await _syslog.Send(new Uri(export.Target), rows, source, patience.Token);
                }
                break;
            case AuditTarget.Web:
                await Post(export, Lines(rows, source), ct);
                break;
            default:
                await Append(export, Lines(rows, source), ct);
                break;
        }
    }

    private static byte[] Lines(IReadOnlyList<AuditLogRow> rows, AuditSource source) =>
        Encoding.UTF8.GetBytes(string.Concat(rows.Select(row => AuditFormat.JsonLines.Line(row, source))));

    private async Task Append(AuditExport export, byte[] lines, CancellationToken ct)
    {
        var folder = Folder(_settings);
        Directory.CreateDirectory(folder);
        await using var file = new FileStream(Path.Combine(folder, export.OrganizationId + ".jsonl"), FileMode.Append);
        await file.WriteAsync(lines, ct);
        file.Flush(flushToDisk: true);
    }

    private async Task Post(AuditExport export, byte[] lines, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, export.Target) { Content = new ByteArrayContent(lines) };
        request.Content.Headers.ContentType = new("application/x-ndjson");
        request.Headers.Add("Pulumi-Webhook-Kind", "audit_log");
        if (export.Secret is { } sealedSecret)
        {
            var secret = await _keys.Decrypt(export.OrganizationId, sealedSecret, export.SecretPurpose, ct);
            request.Headers.Add("Pulumi-Webhook-Signature", Convert.ToHexStringLower(HMACSHA256.HashData(secret, lines)));
        }
        using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
        answer.EnsureSuccessStatusCode();
    }

    private static string Reason(Exception failure) =>
        (failure as PrivateAddressException ?? failure.InnerException as PrivateAddressException)?.Message
        ?? failure switch
        {
            HttpRequestException { StatusCode: { } status } => $"The service answered {(int)status}.",
            AuthenticationException => "The host's certificate is not trusted.",
            OperationCanceledException => "No answer within 30 seconds.",
            UnauthorizedAccessException => "The server may not write to its export folder.",
            _ => "The host could not be reached, or broke the connection off.",
        };
}
