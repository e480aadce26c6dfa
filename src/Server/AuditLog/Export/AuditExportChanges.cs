using System.Text;
using Server.Audit;
using Server.Auth;
using Server.Data;
using Server.Organizations;
using Server.Outgoing;
using Server.Secrets;

namespace Server.AuditLog.Export;

/// <summary>Sets up where audit logs are sent, and writes down who did.</summary>
public sealed class AuditExportChanges(
    Database database,
    AuditExportStore exports,
    OutgoingConnections connections,
    OwnerKeys keys,
    AuditStore audit
)
{
    /// <param name="secret">Empty keeps the one there is.</param>
    /// <exception cref="ApiException">400: it cannot be sent there.</exception>
    public async Task Set(
        Organization organization,
        string kind,
        string target,
        string secret,
        bool enabled,
        Actor actor,
        CancellationToken ct
    )
    {
        target = kind == AuditTarget.File ? "" : target.Trim();
        if (AuditTarget.Problem(kind, target, connections) is { } problem)
        {
            throw ApiException.BadRequest(problem);
        }
        var before = await exports.Find(organization.Id, ct);
        var export = new AuditExport
        {
            OrganizationId = organization.Id,
            Kind = kind,
            Target = target,
            Enabled = enabled,
            Secret = before?.Secret,
            CursorOrdinal = 0,
            Failures = 0,
            LastMs = 0,
            LastMessage = "",
        };
        if (secret.Length > 0)
        {
            export = export with { Secret = await keys.Encrypt(organization.Id, Encoding.UTF8.GetBytes(secret), export.SecretPurpose, ct) };
        }
        var where = kind == AuditTarget.File ? "a file on the server" : $"{kind} at {new Uri(target).Host}";
        await Write(
            organization,
            actor,
            enabled ? $"The audit log is exported to {where}" : $"The export of the audit log to {where} is switched off",
            transaction => AuditExportStore.Set(transaction, export),
            ct
        );
    }

    public Task Delete(Organization organization, Actor actor, CancellationToken ct) =>
        Write(
            organization,
            actor,
            "The audit log is not exported any more",
            transaction => AuditExportStore.Delete(transaction, organization.Id),
            ct
        );

    private Task<int> Write(
        Organization organization,
        Actor actor,
        string what,
        Func<Transaction, Task<int>> change,
        CancellationToken ct
    ) =>
        database.Write(
            async transaction =>
            {
                await audit.Add(transaction, actor, organization.Id, AuditEvent.AuditExportChanged, what, null);
                return await change(transaction);
            },
            ct
        );
}
