namespace Server.Sessions;

/// <summary>One browser that is signed in to the console.</summary>
public sealed record Session
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);

    /// <summary>One that nobody used for so long is over.</summary>
    public static readonly TimeSpan LongestRest = TimeSpan.FromDays(7);

    /// <summary>So many an account has at once; a further sign-in ends the one that was used longest ago.</summary>
    public const int MostAtOnce = 50;

    public required string Id { get; init; }
    public required long CreatedMs { get; init; }
    public required long LastSeenMs { get; init; }
    public required long ExpiresMs { get; init; }
    public required string Address { get; init; }
    public required string UserAgent { get; init; }

    /// <summary>The browser and its system in two words, as far as the user agent tells.</summary>
    public string Device
    {
        get
        {
            var browser =
                FirstOf(("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
                ?? "A browser";
            var system = FirstOf(
                ("Android", "Android"),
                ("iPhone", "iPhone"),
                ("iPad", "iPad"),
                ("Windows", "Windows"),
                ("Mac OS X", "macOS"),
                ("Linux", "Linux")
            );
            return system is null ? browser : $"{browser} on {system}";
        }
    }

    private string? FirstOf(params (string Mark, string Name)[] marks) =>
        Array.Find(marks, m => UserAgent.Contains(m.Mark, StringComparison.Ordinal)).Name;
}
