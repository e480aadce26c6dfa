namespace Wire;

/// <summary>POST /api/user/tokens</summary>
/// <param name="Description">Free text; may be empty.</param>
/// <param name="Expires">Unix seconds, at most two years ahead; 0 is never. Clients leave it out.</param>
public sealed record CreateTokenRequest(string? Description, long? Expires = null);

/// <summary>The only answer that ever carries the value.</summary>
/// <param name="TokenValue"><c>pul-</c> and 40 hexadecimal digits.</param>
public sealed record CreateTokenResponse(string Id, string TokenValue);

/// <summary>What is known of a token once its value has been shown.</summary>
/// <param name="Name">Always empty for personal tokens.</param>
/// <param name="Created">RFC 3339.</param>
/// <param name="LastUsed">Unix seconds; 0 is never.</param>
/// <param name="Expires">Unix seconds; 0 is never.</param>
/// <param name="CreatedBy">Login name.</param>
/// <param name="Type"><c>personal</c>, <c>refresh</c>, <c>organization</c> or <c>team</c>.</param>
public sealed record AccessToken(
    string Id,
    string Name,
    string Description,
    string Created,
    long LastUsed,
    long Expires,
    bool Admin,
    string CreatedBy,
    string Type
);

/// <summary>GET /api/user/tokens?filter=active|expired|all&amp;maxResults=&amp;continuationToken=</summary>
/// <param name="ContinuationToken">Absent on the last page.</param>
public sealed record ListTokensResponse(IReadOnlyList<AccessToken> Tokens, string? ContinuationToken = null);
