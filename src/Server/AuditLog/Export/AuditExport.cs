using Server.Outgoing;

namespace Server.AuditLog.Export;

/// <summary>Where the events of an organization are sent as they happen.</summary>
public sealed record AuditExport
{
    public required string OrganizationId { get; init; }

    /// <summary>One of <see cref="AuditTarget"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>An address; empty for a file.</summary>
    public required string Target { get; init; }
    public required bool Enabled { get; init; }

    /// <summary>Encrypted; signs what is sent to a web service.</summary>
    public byte[]? Secret { get; init; }

    /// <summary>The last event that has arrived.</summary>
    public required long CursorOrdinal { get; init; }
    public required long Failures { get; init; }
    public required long LastMs { get; init; }

    /// <summary>What went wrong the last time; empty if nothing did.</summary>
    public required string LastMessage { get; init; }

    public string SecretPurpose => "audit-export";
}

public static class AuditTarget
{
    public const string File = "file";
    public const string Syslog = "syslog";
    public const string Web = "webhook";

    private static readonly string[] SyslogSchemes = ["syslog+udp", "syslog+tcp", "syslog+tls"];

    /// <returns>What is wrong with it, as a sentence; null if nothing is.</returns>
    public static string? Problem(string kind, string target, OutgoingConnections connections) =>
        kind switch
        {
            File => null,
            Web => connections.Problem(target),
            Syslog => Uri.TryCreate(target, UriKind.Absolute, out var url) && SyslogSchemes.Contains(url.Scheme) && url.Host.Length > 0
                ? connections.Problem($"https://{url.Authority}")
                : $"'{target}' is not the address of a syslog service, as syslog+tls://host:6514, syslog+tcp://host:601 or syslog+udp://host:514.",
            _ => $"'{kind}' is not a kind of export; there are {File}, {Syslog} and {Web}.",
        };
}
