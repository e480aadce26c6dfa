using System.Diagnostics;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Bench;

/// <summary>
/// The console's pages of a stack of 10,000 resources: time to the first byte and what is sent, against a page without any; and how long after the end
/// of an import its resources are found.
/// </summary>
internal static partial class StackPages
{
    private const int Resources = 10_000;

    public static async Task Run()
    {
        await using var server = await BenchServer.Start();
        var api = server.Client;
        await api.PostAsJsonAsync("/api/stacks/ann/app", new { stackName = "dev" });
        using var state = new ByteArrayContent(new SampleState(Resources).Text());
        (await api.PostAsync("/api/stacks/ann/app/dev/import", state)).EnsureSuccessStatusCode();
        Console.WriteLine($"{Resources} resources are found {await UntilFound(api):F0} ms after the end of their import");
        using var browser = await SignIn(api.BaseAddress!);
        var list = await browser.GetStringAsync("/ann/app/dev/resources?page=50");
        browser.DefaultRequestHeaders.Add("Accept-Encoding", "gzip");
        var resource = WebUtility.HtmlDecode(ResourceLink().Match(list).Groups["href"].Value);
        foreach (
            var path in new[]
            {
                "/user/settings",
                "/ann/app/dev",
                "/ann/app/dev/resources",
                "/ann/app/dev/resources?q=42",
                resource,
                "/ann/app/dev/resources/graph",
                "/ann/app/dev/activity",
                "/ann/resources",
                "/ann/resources?query=name:42",
            }
        )
        {
            var bytes = 0L;
            var ms = await Measure.Best(async () => bytes = (await browser.GetByteArrayAsync(path)).Length);
            Console.WriteLine($"{path[..Math.Min(path.Length, 40)], -40} {ms, 7:F1} ms {bytes / 1024.0, 7:F1} KiB");
        }
    }

    private static async Task<double> UntilFound(HttpClient api)
    {
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            var found = await api.GetFromJsonAsync<JsonElement>("/api/orgs/ann/search/resourcesv2?size=1");
            if (found.GetProperty("total").GetInt64() == Resources)
            {
                return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            }
            await Task.Delay(20);
        }
    }

    private static async Task<HttpClient> SignIn(Uri address)
    {
        var browser = new HttpClient { BaseAddress = address };
        var form = Token().Match(await browser.GetStringAsync("/signin")).Groups["token"].Value;
        using var fields = new FormUrlEncodedContent(
            new Dictionary<string, string>
            {
                ["__RequestVerificationToken"] = form,
                ["_handler"] = "sign-in",
                ["Name"] = "ann",
                ["Password"] = "correct horse battery",
            }
        );
        (await browser.PostAsync("/signin", fields)).EnsureSuccessStatusCode();
        return browser;
    }

    [GeneratedRegex("__RequestVerificationToken\" value=\"(?<token>[^\"]+)\"", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Token();

    [GeneratedRegex("href=\"(?<href>/ann/app/dev/resource\\?[^\"]+)\"", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex ResourceLink();
}
