using System.Globalization;
using Server.Auth;
using Server.Http;
using Wire;

namespace Server.Tokens;

public static class TokenEndpoints
{
    private const int DefaultPage = 100;
    private const int LargestPage = 1000;

    public static void AddTokens(this IServiceCollection services)
    {
        services.AddSingleton<TokenStore>();
        services.AddSingleton<TokenLastUsed>();
        services.AddSingleton<LastUse>(provider => provider.GetRequiredService<TokenLastUsed>());
    }

    public static void MapTokens(this IEndpointRouteBuilder routes)
    {
        var tokens = routes.MapGroup("/api/user/tokens").RequireUser();
        tokens.MapGet("", List);
        tokens.MapPost("", Create);
        tokens.MapDelete("/{tokenId}", Delete);
    }

    private static async Task<ListTokensResponse> List(HttpContext http, Caller caller, TokenStore tokens, CancellationToken ct)
    {
        var query = http.Request.Query;
        var count = Paging.Size(query["maxResults"], DefaultPage, LargestPage);
        var before = query["continuationToken"].ToString() is { Length: > 0 } token ? PageStart(token) : null;
        var filter = query["show_expired"] == "true" ? TokenFilter.All : Filter(query["filter"]);
        var found = await tokens.List(caller.AccountId, filter, before, count + 1, ct);
        var page = found.Take(count).ToList();
        return new([.. page.Select(t => OnWire(t, caller))], found.Count > count ? page[^1].Id : null);
    }

    private static async Task<CreateTokenResponse> Create(
        Body<CreateTokenRequest> body,
        Caller caller,
        TokenStore tokens,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        var description = (body.Value.Description ?? "").Trim();
        // Beyond any date that milliseconds could hold is "more than two years ahead" as well.
        var expiresMs = Math.Clamp(body.Value.Expires ?? 0, long.MinValue / 1000, long.MaxValue / 1000) * 1000;
        if (Token.Problem(description, expiresMs, clock) is { } problem)
        {
            throw ApiException.BadRequest(problem);
        }
        var (token, secret) = await tokens.Create(caller.AccountId, description, expiresMs, cliSession: null, ct);
        return new(token.Id, secret.Reveal());
    }

    private static async Task<IResult> Delete(string tokenId, Caller caller, TokenStore tokens, CancellationToken ct) =>
        await tokens.Delete(caller.AccountId, tokenId, ct)
            ? Results.NoContent()
            : throw ApiException.NotFound($"Token '{tokenId}' not found");

    private static TokenFilter Filter(string? text) =>
        text switch
        {
            null or "" or "active" => TokenFilter.Active,
            "expired" => TokenFilter.Expired,
            "all" => TokenFilter.All,
            _ => throw ApiException.BadRequest($"'{text}' is not a filter; use active, expired or all."),
        };

    private static string PageStart(string token) => Guid.TryParseExact(token, "d", out _) ? token : throw Paging.Foreign();

    private static AccessToken OnWire(Token token, Caller owner) =>
        new(
            token.Id,
            Name: "",
            token.Description,
            DateTimeOffset
                .FromUnixTimeMilliseconds(token.CreatedMs)
                .UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
            token.LastUsedMs / 1000,
            token.ExpiresMs / 1000,
            Admin: false,
            CreatedBy: owner.Login,
            Type: "personal"
        );
}
