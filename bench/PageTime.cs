using System.Diagnostics;

namespace Bench;

/// <summary>What a page took, in milliseconds until its first byte and until its last, and what was transferred.</summary>
internal sealed record PageTime(double First, double Whole, long Bytes)
{
    private const int Rounds = 20;

    /// <summary>The best of some rounds, by the first byte.</summary>
    public static async Task<PageTime> Best(HttpClient browser, string path)
    {
        var pages = new List<PageTime>();
        for (var i = 0; i < Rounds; i++)
        {
            pages.Add(await Of(browser, path));
        }
        return pages.MinBy(p => p.First)!;
    }

    public static async Task<PageTime> Of(HttpClient browser, string path)
    {
        var start = Stopwatch.GetTimestamp();
        using var answer = await browser.GetAsync(path, HttpCompletionOption.ResponseHeadersRead);
        answer.EnsureSuccessStatusCode();
        await using var body = await answer.Content.ReadAsStreamAsync();
        var buffer = new byte[64 * 1024];
        var bytes = (long)await body.ReadAsync(buffer);
        var first = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        for (var read = 1; read > 0; bytes += read)
        {
            read = await body.ReadAsync(buffer);
        }
        return new(first, Stopwatch.GetElapsedTime(start).TotalMilliseconds, bytes);
    }

    public override string ToString() => $"first byte {First, 6:F1} ms, whole {Whole, 6:F1} ms, {Bytes / 1024.0, 6:F1} KiB";
}
