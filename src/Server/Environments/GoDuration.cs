using System.Globalization;
using System.Text.RegularExpressions;
using Server.Auth;

namespace Server.Environments;

/// <summary>A time as Go writes it: <c>2h0m0s</c>.</summary>
public static partial class GoDuration
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    /// <param name="text">Null or empty: the standard.</param>
    public static TimeSpan Parse(string? text, TimeSpan standard)
    {
        if (string.IsNullOrEmpty(text))
        {
            return standard;
        }
        var seconds = Shape().Match(text) is { Success: true } match
            ? match.Groups["part"].Captures.Sum(c => Seconds(c.Value))
            : double.NaN;
        return seconds > 0 && seconds <= Longest.TotalSeconds
            ? TimeSpan.FromSeconds(seconds)
            : throw ApiException.BadRequest($"'{text}' is not a valid duration; use one up to 24h, such as 2h0m0s.");
    }

    private static double Seconds(string part)
    {
        var unit = part.TrimStart('0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '.');
        var number = double.Parse(part[..^unit.Length], CultureInfo.InvariantCulture);
        return unit switch
        {
            "h" => number * 3600,
            "m" => number * 60,
            "ms" => number / 1000,
            _ => number,
        };
    }

    [GeneratedRegex(
        @"^(?<part>[0-9]{1,9}(\.[0-9]{1,9})?(h|ms|m|s))+\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Shape();
}
