using System.Text.Json;

namespace Wire;

/// <summary>POST /api/orgs/{org}/oidc/issuers</summary>
/// <param name="Thumbprints">Hexadecimal SHA-1 or SHA-256 of certificates that are trusted although the system does not.</param>
/// <param name="MaxExpiration">Seconds that an exchanged token lives at most.</param>
/// <param name="Jwks">Its keys, where they are not to be fetched.</param>
public sealed record OidcIssuerRegistrationRequest(
    string? Name,
    string? Url,
    IReadOnlyList<string>? Thumbprints = null,
    long? MaxExpiration = null,
    JsonElement? Jwks = null
);

/// <summary>PATCH /api/orgs/{org}/oidc/issuers/{issuerId}: what is absent stays.</summary>
public sealed record OidcIssuerUpdateRequest(
    string? Name,
    IReadOnlyList<string>? Thumbprints = null,
    long? MaxExpiration = null,
    JsonElement? Jwks = null
);

/// <param name="Issuer">What its tokens call it.</param>
/// <param name="Created">RFC 3339, as <paramref name="Modified"/> and <paramref name="LastUsed"/>.</param>
public sealed record OidcIssuerRegistrationResponse(
    string Id,
    string Name,
    string Url,
    string Issuer,
    IReadOnlyList<string> Thumbprints,
    long MaxExpiration,
    JsonElement? Jwks,
    string Created,
    string Modified,
    string? LastUsed
);

/// <summary>GET /api/orgs/{org}/oidc/issuers</summary>
public sealed record ListOidcIssuersResponse(IReadOnlyList<OidcIssuerRegistrationResponse> OidcIssuers);

/// <summary>GET /api/orgs/{org}/auth/policies/oidcissuers/{issuerId}</summary>
public sealed record AuthPolicyResponse(
    string Id,
    long Version,
    string Created,
    string Modified,
    IReadOnlyList<AuthPolicyDefinition> Policies
);

/// <summary>PATCH /api/orgs/{org}/auth/policies/{policyId}</summary>
public sealed record AuthPolicyUpdateRequest(IReadOnlyList<AuthPolicyDefinition>? Policies);

/// <param name="Decision"><c>allow</c> or <c>deny</c>.</param>
/// <param name="TokenType"><c>organization</c>, <c>team</c>, <c>personal</c> or <c>runner</c>.</param>
/// <param name="Rules">A pattern for each claim: <c>*</c> any run, <c>?</c> none or one, <c>.</c> one character.</param>
/// <param name="AuthorizedPermissions">Empty or <c>admin</c>.</param>
/// <param name="RoleId">The role of an organization's token.</param>
public sealed record AuthPolicyDefinition(
    string Decision,
    string TokenType,
    IReadOnlyDictionary<string, JsonElement> Rules,
    IReadOnlyList<string>? AuthorizedPermissions = null,
    string? TeamName = null,
    string? UserLogin = null,
    [property: System.Text.Json.Serialization.JsonPropertyName("roleID")] string? RoleId = null,
    [property: System.Text.Json.Serialization.JsonPropertyName("runnerID")] string? RunnerId = null
);
