using System.Globalization;

namespace Cli.Auth;

/// <summary>Durations as Go writes them: <c>15m</c>, <c>1h30m</c>, <c>1.5h</c>.</summary>
internal static class GoDuration
{
    /// <returns>Null when it is none, or none that is longer than nothing.</returns>
    public static TimeSpan? Parse(string text)
    {
        var seconds = 0.0;
        for (var at = 0; at < text.Length; )
        {
            var unit = at + text.AsSpan(at).IndexOfAnyExceptInRange('.', '9');
            if (
                unit < at
                || !double.TryParse(
                    text.AsSpan(at, unit - at),
                    NumberStyles.AllowDecimalPoint,
                    CultureInfo.InvariantCulture,
                    out var number
                )
            )
            {
                return null;
            }
            var length = text.AsSpan(unit).IndexOfAnyInRange('.', '9');
            at = length < 0 ? text.Length : unit + length;
            seconds += number * Seconds(text[unit..at]);
        }
        return seconds is > 0 and < int.MaxValue ? TimeSpan.FromSeconds(seconds) : null;
    }

    private static double Seconds(string unit) =>
        unit switch
        {
            "h" => 3600,
            "m" => 60,
            "s" => 1,
            "ms" => 1e-3,
            "us" or "µs" => 1e-6,
            "ns" => 1e-9,
            _ => double.NaN,
        };
}
