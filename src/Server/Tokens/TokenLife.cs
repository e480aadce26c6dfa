namespace Server.Tokens;

/// <summary>The life times that forms offer.</summary>
internal static class TokenLife
{
    public static readonly (int Days, string Text)[] Presets =
    [
        (7, "in 7 days"),
        (30, "in 30 days"),
        (90, "in 90 days"),
        (180, "in 6 months"),
        (365, "in a year"),
        (730, "in two years"),
        (0, "never"),
    ];

    public static long Expiry(int days, TimeProvider clock) =>
        days == 0 ? 0 : clock.GetUtcNow().AddDays(Math.Clamp(days, -1, 10_000)).ToUnixTimeMilliseconds();
}
