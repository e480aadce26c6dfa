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
        services.AddSingleton<TokenCalls>();
        services.AddSingleton<TokenCaps>();
        services.AddSingleton<TokenOwners>();
        services.AddSingleton<MachineTokenStore>();
        services.AddSingleton<ServiceAccountStore>();
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
        routes.MapMachineTokens();
        routes.MapTokenCaps();
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
        return page.Answer(found, token => token.OnWire(clock));
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
        TokenCalls.Refuse(Token.Problem(description, expiresMs, clock));
        var wanted = body.Value.Limits ?? new();
        var (limits, problem) = await names.Find(
            caller.AccountId,
            new(wanted.ReadOnly, wanted.NoDecrypt, wanted.Stack, wanted.Organization),
            ct
        );
        TokenCalls.Refuse(problem);
        var (token, secret) = await tokens.Create(new(caller.AccountId, description, expiresMs) { Limits = limits }, http.Actor(), ct);
        return new(token.Id, secret.Reveal());
    }

    private static Task<IResult> Rename(
        HttpContext http,
        string tokenId,
        Body<RenameTokenRequest> body,
        Caller caller,
        TokenCalls calls,
        CancellationToken ct
    ) => calls.Rename(http, caller.AccountId, tokenId, body.Value, ct);

    private static Task<RotateTokenResponse> Rotate(
        HttpContext http,
        string tokenId,
        Body<RotateTokenRequest> body,
        Caller caller,
        TokenCalls calls,
        CancellationToken ct
    ) => calls.Rotate(http, caller.AccountId, tokenId, body.Value, ct);

    private static Task<IResult> Delete(HttpContext http, string tokenId, Caller caller, TokenCalls calls, CancellationToken ct) =>
        calls.Delete(http, caller.AccountId, tokenId, ct);
}
