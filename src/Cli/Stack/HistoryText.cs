using System.Globalization;
using System.Text;
using Cli.Backends;
using Cli.Display;

namespace Cli.Stack;

/// <summary>Past updates for people.</summary>
internal static class HistoryText
{
    public static string Of(Session session, IReadOnlyList<PastUpdate> updates, bool fullDates)
    {
        var text = new StringBuilder();
        foreach (var update in updates)
        {
            Append(text, session, update, fullDates);
        }
        return text.ToString();
    }

    private static void Append(StringBuilder text, Session session, PastUpdate update, bool fullDates)
    {
        if (update.Version > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"Version: {update.Version}\n");
        }
        text.Append($"UpdateKind: {update.Kind}\nStatus: {update.Result}\nMessage: {update.Message}\n");
        if (update.EndTime is { } end)
        {
            var clock = session.Machine.Clock;
            var when = fullDates ? Times.Full(update.StartTime, clock.LocalTimeZone) : Times.Ago(update.StartTime, clock.GetUtcNow());
            text.Append($"{Counts(session, update)} Updated {when} took {Times.Duration(end - update.StartTime)}\n");
        }
        foreach (var (name, value) in update.Environment.Where(variable => variable.Value.Length > 0))
        {
            text.Append($"    {name}: {value}\n");
        }
        text.Append('\n');
    }

    /// <summary>What was created, deleted and updated; what stayed comes after a space.</summary>
    private static string Counts(Session session, PastUpdate update)
    {
        string Count(string change, string sign, int background)
        {
            var text = sign + update.ResourceChanges.GetValueOrDefault(change).ToString(CultureInfo.InvariantCulture);
            return session.Color ? $"\e[{background}m{text}\e[0m" : text;
        }

        return Count("create", "+", 42) + Count("delete", "-", 41) + Count("update", "~", 43) + Count("same", " ", 44);
    }
}
