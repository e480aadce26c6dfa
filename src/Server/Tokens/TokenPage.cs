using System.Globalization;
using Server.Auth;
using Server.Http;
using Wire;

namespace Server.Tokens;

/// <summary>Which tokens a request asks for: <c>?filter=active|expired|all&amp;maxResults=&amp;continuationToken=</c>, as for every kind of token.</summary>
internal sealed record TokenPage(TokenFilter Filter, string? Before, int Count)
{
    private const int Usual = 100;
    private const int Largest = 1000;

    public static TokenPage Of(HttpContext http)
    {
        var query = http.Request.Query;
        return new(
            query["show_expired"] == "true" ? TokenFilter.All : FilterOf(query["filter"]),
            query["continuationToken"].ToString() is { Length: > 0 } token ? Start(token) : null,
            Paging.Size(query["maxResults"], Usual, Largest)
        );
    }

    /// <param name="found">One more than the page holds, if there are more.</param>
    public ListTokensResponse Answer(List<Token> found, Func<Token, AccessToken> onWire)
    {
        var page = found.Take(Count).ToList();
        return new([.. page.Select(onWire)], found.Count > Count ? page[^1].Id : null);
    }

    private static TokenFilter FilterOf(string? text) =>
        text switch
        {
            null or "" or "active" => TokenFilter.Active,
            "expired" => TokenFilter.Expired,
            "all" => TokenFilter.All,
            _ => throw ApiException.BadRequest($"'{text}' is not a filter; use active, expired or all."),
        };

    private static string Start(string token) => Guid.TryParseExact(token, "d", out _) ? token : throw Paging.Foreign();
}

internal static class TokenOnWire
{
    public static AccessToken OnWire(this Token token, TimeProvider clock) =>
        new(
            token.Id,
            token.Name ?? "",
            token.Description,
            DateTimeOffset
                .FromUnixTimeMilliseconds(token.CreatedMs)
                .UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
            token.LastUsedMs / 1000,
            token.ExpiresMs / 1000,
            token.Role == "admin",
            token.CreatedBy,
            token.Kind
        )
        {
            Role =
                token.Kind != "organization" || token.Role is not { } role || role == "none" ? null
                : token.RoleId is { } id ? new("", id, token.RoleName ?? "")
                : new(role, role, role),
            Limits = token.LimitTexts.Any() ? new(token.ReadOnly, token.NoDecrypt, token.Stack, token.Organization) : null,
            LastUsedAddress = Given(token.LastAddress),
            LastUsedClient = Given(token.LastClient),
            PreviousExpires = token.PreviousUntilMs > clock.GetUtcNow().ToUnixTimeMilliseconds() ? token.PreviousUntilMs / 1000 : null,
        };

    private static string? Given(string text) => text.Length > 0 ? text : null;
}
