using System.Globalization;
using System.Text.Json;
using Server.Auth;

namespace Server.Updates.Events;

/// <summary>What can happen. The published filter takes numbers that are published nowhere: ours count this list from 0.</summary>
public static class EventType
{
    public const string Summary = "summaryEvent";

    public static readonly IReadOnlyList<string> All =
    [
        "cancelEvent",
        "stdoutEvent",
        "diagnosticEvent",
        "preludeEvent",
        Summary,
        "resourcePreEvent",
        "resOutputsEvent",
        "resOpFailedEvent",
        "policyEvent",
        "policyRemediationEvent",
        "policyLoadEvent",
        "policyAnalyzeSummaryEvent",
        "policyRemediateSummaryEvent",
        "policyAnalyzeStackSummaryEvent",
        "startDebuggingEvent",
        "progressEvent",
        "errorEvent",
    ];

    /// <returns>The event's type if the reader stands on the member that says it.</returns>
    internal static string? Of(ref Utf8JsonReader reader)
    {
        foreach (var type in All)
        {
            if (reader.ValueTextEquals(type))
            {
                return type;
            }
        }
        return null;
    }

    /// <param name="text">A name or its number.</param>
    /// <exception cref="ApiException">400, with the valid ones.</exception>
    public static string Parse(string text) =>
        All.Contains(text) ? text
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < All.Count ? All[number]
        : throw ApiException.BadRequest($"'{text}' is not a type of events. They are, also by number from 0: {string.Join(", ", All)}.");
}
