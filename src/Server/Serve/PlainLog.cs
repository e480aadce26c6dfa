using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Server.Serve;

/// <summary>
/// A line for each event. What others chose, such as a name in an exception of a library, stands in it without line breaks, escape sequences and marks
/// of direction: it must not look like another event, nor steer the terminal of whoever reads.
/// </summary>
public sealed class PlainLog(TimeProvider clock) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "plain";

    /// <summary>With the zone, so that logs of several machines fit together.</summary>
    public const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var time = clock.GetUtcNow().ToString(TimeFormat, CultureInfo.InvariantCulture);
        var exception = logEntry.Exception is { } problem ? $" {problem}" : "";
        textWriter.WriteLine(
            OneLine(
                $"{time} {Word(logEntry.LogLevel)}: {logEntry.Category}[{logEntry.EventId.Id}] {logEntry.Formatter(logEntry.State, logEntry.Exception)}{exception}"
            )
        );
    }

    private static string Word(LogLevel level) =>
        level switch
        {
            LogLevel.Trace => "trce",
            LogLevel.Debug => "dbug",
            LogLevel.Information => "info",
            LogLevel.Warning => "warn",
            LogLevel.Error => "fail",
            _ => "crit",
        };

    private static string OneLine(string text) =>
        string.Create(
            text.Length,
            text,
            (line, from) =>
            {
                for (var i = 0; i < line.Length; i++)
                {
                    line[i] = IsUnseen(from[i]) ? ' ' : from[i];
                }
            }
        );

    private static bool IsUnseen(char c) =>
        char.GetUnicodeCategory(c)
            is UnicodeCategory.Control
                or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator;
}
