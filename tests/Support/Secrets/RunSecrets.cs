using System.Collections.Concurrent;
using System.Text;

namespace Support.Secrets;

/// <summary>
/// Every secret that a run of the tests makes or meets, beside the logs of that run, so that the logs can be searched for all of them in the end
/// (<c>.ci/secrets-in-logs</c>). Only <c>./test</c> asks for it, with TEST_LOGS.
/// </summary>
public static class RunSecrets
{
    /// <summary>Shorter ones are words that stand in any log.</summary>
    private const int Shortest = 8;

    private static readonly string? Folder = Environment.GetEnvironmentVariable("TEST_LOGS");
    private static readonly ConcurrentDictionary<string, bool> Noted = new(StringComparer.Ordinal);
    private static readonly Lock Writing = new();

    public static bool AreNoted => Folder is not null;

    /// <param name="kind">What is said when it is found; the secret itself is not.</param>
    /// <param name="secret">Of several lines each is one.</param>
    public static void Note(string kind, string? secret)
    {
        foreach (var line in Folder is null ? [] : (secret ?? "").Split('\n', StringSplitOptions.TrimEntries))
        {
            if (line.Length >= Shortest && Noted.TryAdd($"{kind}\t{line}", true))
            {
                Append("secrets", string.Concat(Forms(line).Distinct().Select(form => $"{kind}\t{form}\n")));
            }
        }
    }

    /// <summary>Keeps what a program other than this one has logged.</summary>
    public static void Log(string program, string text)
    {
        if (Folder is not null && text.Length > 0)
        {
            Append(program + ".log", text.EndsWith('\n') ? text : text + "\n");
        }
    }

    /// <summary>As it is, and as it would stand in an address or in a body.</summary>
    private static string[] Forms(string secret) =>
        [secret, Uri.EscapeDataString(secret), Convert.ToBase64String(Encoding.UTF8.GetBytes(secret))];

    private static void Append(string ending, string text)
    {
        lock (Writing)
        {
            File.AppendAllText(Path.Combine(Folder!, $"{Environment.ProcessId}-{ending}"), text);
        }
    }
}
