namespace Wire;

/// <summary>GET /api/agents/signup. Find the smallest decimal n for which SHA-256 of "challengeData:n" begins with as many zero bits as its last part says.</summary>
/// <param name="ChallengeData">Three parts with colons between: <c>v1:TEXT:BITS</c>.</param>
public sealed record AgentSignupChallenge(string ChallengeID, string ChallengeData);

/// <summary>POST /api/agents/signup</summary>
public sealed record AgentSignupRequest
{
    public string? ChallengeID { get; init; }

    /// <summary>The n.</summary>
    public string? ChallengeResult { get; init; }

    public string? AgentName { get; init; }
    public string? AgentModel { get; init; }
}

/// <summary>A new account with its token, and what a person needs to take it over. Times are ISO 8601.</summary>
public sealed record AgentSignupResponse(
    string AccessToken,
    string AccessTokenValidUntil,
    string ClaimToken,
    string ClaimTokenValidUntil,
    User UserInfo
);
