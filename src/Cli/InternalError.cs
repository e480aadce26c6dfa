namespace Cli;

internal static class InternalError
{
    /// <summary>The fault's place in the program is for us; a person asks for it with <c>-v</c>.</summary>
    public static string Describe(Exception fault, IReadOnlyList<string> words)
    {
        var wantsTrace = words.Any(word =>
            word.StartsWith("-v", StringComparison.Ordinal) || word.StartsWith("--verbose", StringComparison.Ordinal)
        );
        return $"""
            error: internal error: {(wantsTrace ? fault.ToString() : fault.Message)}

            This is a defect of {Versions.Current}, not of what you did. Please report it with the command you ran and the text above
            {(wantsTrace ? "." : "(with -v=1 added to the command, it also says where the error arose).")}
            """;
    }
}
