namespace Server.Updates.Reports;

public enum Severity
{
    Error,
    Warning,
    Info,
    Debug,
}

/// <summary>What somebody says during an update: the engine, a provider, a policy, the program.</summary>
/// <param name="Text">With the CLI's colour directives.</param>
/// <param name="Urn">Whom it is about; empty for the whole update.</param>
public sealed record Diagnostic(long Sequence, long Seconds, Severity Severity, string Urn, string Text);
