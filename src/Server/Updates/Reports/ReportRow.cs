using System.Security.Cryptography;
using System.Text;

namespace Server.Updates.Reports;

/// <summary>What an update does with one resource. Times are Unix seconds, as the engine tells them; 0 is not known.</summary>
public sealed record ReportRow
{
    public required string Urn { get; init; }
    public required string Type { get; init; }

    /// <summary>The operation that says most: a replacement rather than one of its steps.</summary>
    public required string Op { get; init; }

    public long Started { get; init; }
    public long Ended { get; init; }
    public bool Failed { get; init; }

    /// <summary>A step began and is not known to have ended.</summary>
    public bool IsOpen => OpenSequence > ClosedSequence;

    public long OpenSequence { get; init; } = -1;
    public long ClosedSequence { get; init; } = -1;

    /// <summary>The event that tells what changes.</summary>
    public long DetailSequence { get; init; } = -1;

    public long FirstSequence { get; init; } = long.MaxValue;
    public long LastSequence => Math.Max(OpenSequence, ClosedSequence);

    public string Name => NameOf(Urn);

    public bool IsChange => Failed || IsOpen || Operation.Rank(Op) > Operation.Rank(Operation.Read);

    /// <summary>The place in a page's address and in its document.</summary>
    public string Key => KeyOf(Urn);

    public static string NameOf(string urn) => urn.LastIndexOf("::", StringComparison.Ordinal) is >= 0 and var at ? urn[(at + 2)..] : urn;

    public static string KeyOf(string urn) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(urn)))[..16];
}
