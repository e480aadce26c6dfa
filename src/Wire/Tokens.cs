namespace Wire;

/// <summary>POST /api/user/tokens</summary>
/// <param name="Description">Free text; may be empty.</param>
/// <param name="Expires">Unix seconds, at most two years ahead; 0 is never. Clients leave it out.</param>
/// <param name="Limits">Beyond Pulumi Cloud: what the token leaves out.</param>
public sealed record CreateTokenRequest(string? Description, long? Expires = null, TokenLimits? Limits = null);

/// <summary>Beyond Pulumi Cloud: what a token leaves out of what its owner may do. Absent is no limit.</summary>
/// <param name="ReadOnly">It changes nothing.</param>
/// <param name="NoDecrypt">It reads no secrets in plain text.</param>
/// <param name="Stack">It reaches this stack (<c>organization/project/stack</c>) and nothing beside it.</param>
/// <param name="Organization">It reaches this organization and no other.</param>
public sealed record TokenLimits(bool ReadOnly = false, bool NoDecrypt = false, string? Stack = null, string? Organization = null);

/// <summary>The only answer that ever carries the value.</summary>
/// <param name="TokenValue"><c>pul-</c> and 40 hexadecimal digits.</param>
public sealed record CreateTokenResponse(string Id, string TokenValue);

/// <summary>POST /api/orgs/{org}/tokens and …/teams/{team}/tokens</summary>
/// <param name="Name">1 to 40 characters; no other token of the organization may ever have had it.</param>
/// <param name="Admin">An administrator's role, for a token of the organization.</param>
/// <param name="RoleId">A custom role, for a token of the organization.</param>
public sealed record CreateMachineTokenRequest(
    string? Name,
    string? Description = null,
    long? Expires = null,
    bool Admin = false,
    [property: System.Text.Json.Serialization.JsonPropertyName("roleID")] string? RoleId = null
);

/// <summary>GET /api/orgs/{org}/token-expiry?days=, beyond Pulumi Cloud.</summary>
/// <param name="MaxDays">How many days a token may still live that is used in the organization; 0 is no cap.</param>
/// <param name="Affected">Whom a cap of <c>days</c> (without it, the present one) refuses.</param>
public sealed record TokenExpiryCap(long MaxDays, IReadOnlyList<AccessToken> Affected);

/// <summary>PUT /api/orgs/{org}/token-expiry, beyond Pulumi Cloud.</summary>
public sealed record TokenExpiryCapRequest(long? MaxDays);

/// <summary>PATCH /api/user/tokens/{tokenId}, beyond Pulumi Cloud.</summary>
public sealed record RenameTokenRequest(string? Description);

/// <summary>POST /api/user/tokens/{tokenId}/rotate, beyond Pulumi Cloud. Answered with <see cref="RotateTokenResponse"/>.</summary>
/// <param name="Overlap">Seconds that the present value works on, 0 to 2592000; without it a day.</param>
/// <param name="Expires">Unix seconds, at most two years ahead; 0 is never; without it the expiry stays.</param>
public sealed record RotateTokenRequest(long? Overlap = null, long? Expires = null);

/// <param name="PreviousExpires">Unix seconds: until then the value before works.</param>
public sealed record RotateTokenResponse(string Id, string TokenValue, long PreviousExpires);

/// <summary>The role of a token of an organization.</summary>
/// <param name="DefaultIdentifier">Of a built-in role: its name; else empty.</param>
public sealed record AccessTokenRole(string DefaultIdentifier, string Id, string Name);

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
)
{
    /// <summary>Absent but for a token of an organization.</summary>
    public AccessTokenRole? Role { get; init; }

    /// <summary>Beyond Pulumi Cloud, as all below: what it leaves out; absent if nothing.</summary>
    public TokenLimits? Limits { get; init; }

    /// <summary>The address of its last use.</summary>
    public string? LastUsedAddress { get; init; }

    /// <summary>The <c>User-Agent</c> of its last use.</summary>
    public string? LastUsedClient { get; init; }

    /// <summary>Unix seconds: until then the value before the last rotation works; absent if none does.</summary>
    public long? PreviousExpires { get; init; }
}

/// <summary>GET /api/user/tokens?filter=active|expired|all&amp;maxResults=&amp;continuationToken=</summary>
/// <param name="ContinuationToken">Absent on the last page.</param>
public sealed record ListTokensResponse(IReadOnlyList<AccessToken> Tokens, string? ContinuationToken = null);
