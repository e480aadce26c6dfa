using Server.Audit;
using Server.Auth;
using Server.Http;
using Wire;

namespace Server.Tokens;

public static class TokenEndpoints
{
    private const string One = "/{tokenId}";

    public static void AddTokens(this IServiceCollection services)
    {
        services.AddSingleton<TokenStore>();
        services.AddSingleton<TokenAudit>();
        services.AddSingleton<LimitNames>();
        services.AddSingleton<TokenLastUsed>();
        services.AddSingleton<LastUse>(provider => provider.GetRequiredService<TokenLastUsed>());
    }

    public static void MapTokens(this IEndpointRouteBuilder routes)
    {
        var tokens = routes.MapGroup("/api/user/tokens").RequireUser();
        tokens.MapGet("", List);
        tokens.MapPost("", Create).WholeTokensOnly();
        tokens.MapPatch(One, Rename).WholeTokensOnly();
        tokens.MapPost(One + "/rotate", Rotate).WholeTokensOnly();
        tokens.MapDelete(One, Delete).WholeTokensOnly();
    }

    private static async Task<ListTokensResponse> List(
        HttpContext http,
        Caller caller,
        TokenStore tokens,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        var page = TokenPage.Of(http);
        var found = await tokens.List(caller.AccountId, page.Filter, page.Before, page.Count + 1, ct);
        return page.Answer(found, token => token.OnWire("personal", caller.Login, clock));
    }

    private static async Task<CreateTokenResponse> Create(
        HttpContext http,
        Body<CreateTokenRequest> body,
        Caller caller,
        TokenStore tokens,
        LimitNames names,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        var description = (body.Value.Description ?? "").Trim();
        var expiresMs = Token.Milliseconds(body.Value.Expires ?? 0);
        Refuse(Token.Problem(description, expiresMs, clock));
        var wanted = body.Value.Limits ?? new();
        var (limits, problem) = await names.Find(
            caller.AccountId,
            new(wanted.ReadOnly, wanted.NoDecrypt, wanted.Stack, wanted.Organization),
            ct
        );
        Refuse(problem);
        var (token, secret) = await tokens.Create(new(caller.AccountId, description, expiresMs) { Limits = limits }, http.Actor(), ct);
        return new(token.Id, secret.Reveal());
    }

    private static async Task<IResult> Rename(
        HttpContext http,
        string tokenId,
        Body<RenameTokenRequest> body,
        Caller caller,
        TokenStore tokens,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        var description = (body.Value.Description ?? throw ApiException.BadRequest("The new description is missing.")).Trim();
        Refuse(Token.Problem(description, expiresMs: 0, clock));
        return await tokens.Rename(caller.AccountId, tokenId, description, http.Actor(), ct)
            ? Results.NoContent()
            : throw NotFound(tokenId);
    }

    private static async Task<RotateTokenResponse> Rotate(
        HttpContext http,
        string tokenId,
        Body<RotateTokenRequest> body,
        Caller caller,
        TokenStore tokens,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        var overlap = body.Value.Overlap ?? (long)Rotation.UsualOverlap.TotalSeconds;
        long? expiresMs = body.Value.Expires is { } expires ? Token.Milliseconds(expires) : null;
        Refuse(Rotation.Problem(overlap));
        Refuse(Token.Problem("", expiresMs ?? 0, clock));
        if (await tokens.Find(caller.AccountId, tokenId, ct) is null)
        {
            throw NotFound(tokenId);
        }
        var rotation = new Rotation(TimeSpan.FromSeconds(overlap), expiresMs);
        var secret =
            await tokens.Rotate(caller.AccountId, tokenId, rotation, http.Actor(), ct)
            ?? throw ApiException.Conflict("The token has expired, which cannot be undone. Make a new one.");
        return new(tokenId, secret.Reveal(), clock.GetUtcNow().ToUnixTimeSeconds() + overlap);
    }

    private static async Task<IResult> Delete(HttpContext http, string tokenId, Caller caller, TokenStore tokens, CancellationToken ct) =>
        await tokens.Delete(caller.AccountId, tokenId, http.Actor(), ct) ? Results.NoContent() : throw NotFound(tokenId);

    private static void Refuse(string? problem)
    {
        if (problem is not null)
        {
            throw ApiException.BadRequest(problem);
        }
    }

    private static ApiException NotFound(string tokenId) => ApiException.NotFound($"Token '{tokenId}' not found");
}
