using Server.Audit;
using Server.Auth;
using Wire;

namespace Server.Tokens;

/// <summary>What the API does to one token, whoever's it is. The caller has been asked whether he may.</summary>
public sealed class TokenCalls(TokenStore tokens, TimeProvider clock)
{
    public async Task<IResult> Rename(HttpContext http, string accountId, string tokenId, RenameTokenRequest request, CancellationToken ct)
    {
        var description = (request.Description ?? throw ApiException.BadRequest("The new description is missing.")).Trim();
        Refuse(Token.Problem(description, expiresMs: 0, clock));
        return await tokens.Rename(accountId, tokenId, description, http.Actor(), ct) ? Results.NoContent() : throw NotFound(tokenId);
    }

    public async Task<RotateTokenResponse> Rotate(
        HttpContext http,
        string accountId,
        string tokenId,
        RotateTokenRequest request,
        CancellationToken ct
    )
    {
        var overlap = request.Overlap ?? (long)Rotation.UsualOverlap.TotalSeconds;
        long? expiresMs = request.Expires is { } expires ? Token.Milliseconds(expires) : null;
        Refuse(Rotation.Problem(overlap));
        Refuse(Token.Problem("", expiresMs ?? 0, clock));
        if (await tokens.Find(accountId, tokenId, ct) is null)
        {
            throw NotFound(tokenId);
        }
        var rotation = new Rotation(TimeSpan.FromSeconds(overlap), expiresMs);
        var secret =
            await tokens.Rotate(accountId, tokenId, rotation, http.Actor(), ct)
            ?? throw ApiException.Conflict("The token has expired, which cannot be undone. Make a new one.");
        return new(tokenId, secret.Reveal(), clock.GetUtcNow().ToUnixTimeSeconds() + overlap);
    }

    public async Task<IResult> Delete(HttpContext http, string accountId, string tokenId, CancellationToken ct) =>
        await tokens.Delete(accountId, tokenId, http.Actor(), ct) ? Results.NoContent() : throw NotFound(tokenId);

    public static void Refuse(string? problem)
    {
        if (problem is not null)
        {
            throw ApiException.BadRequest(problem);
        }
    }

    public static ApiException NotFound(string tokenId) => ApiException.NotFound($"Token '{tokenId}' not found");
}
