using System.Text.Json.Nodes;
using Cli.Api;
using Cli.Backends.Cloud;

namespace Cli.RawApi;

/// <summary>Answers that come in pages: the lists of each are put together.</summary>
internal static class Pages
{
    private const string Token = "continuationToken";

    public static async Task<RawAnswer> Rest(CloudConnection cloud, ApiRequest request, RawAnswer first, CancellationToken ct)
    {
        var (whole, page) = (first.Json as JsonObject, first);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (
            whole is not null && ((page.Json as JsonObject)?[Token] as JsonValue)?.ToString() is { Length: > 0 } token && seen.Add(token)
        )
        {
            var more = request.Path.Contains('?', StringComparison.Ordinal) ? '&' : '?';
            page = await (request with { Path = $"{request.Path}{more}{Token}={Uri.EscapeDataString(token)}" }).Send(cloud, ct);
            if (page.Status >= 400)
            {
                return page;
            }
            Add(whole, page.Json as JsonObject ?? []);
        }
        whole?.Remove(Token);
        return first with { Json = whole ?? first.Json };
    }

    private static void Add(JsonObject whole, JsonObject page)
    {
        foreach (var (name, value) in page)
        {
            if (value is JsonArray items && whole[name] is JsonArray known)
            {
                foreach (var item in items)
                {
                    known.Add(item?.DeepClone());
                }
            }
        }
    }
}
