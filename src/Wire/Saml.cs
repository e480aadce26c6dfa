namespace Wire;

/// <summary>An organization and its identity provider: <c>GET</c>, <c>PATCH /api/orgs/{org}/saml</c>.</summary>
/// <param name="IdpSsoDescriptor">The provider's metadata as it was pasted; empty if there is none.</param>
/// <param name="ValidUntil">When the last certificate ends, RFC 3339.</param>
/// <param name="ValidationError">What is wrong with the metadata.</param>
public sealed record SamlOrganization(
    SamlOrganizationInfo Organization,
    string IdpSsoDescriptor,
    string? EntityId = null,
    string? SsoUrl = null,
    string? ValidUntil = null,
    string? NameIdFormat = null,
    string? ValidationError = null
);

/// <param name="Repos">Always empty.</param>
public sealed record SamlOrganizationInfo(string AvatarUrl, string GithubLogin, string Name, IReadOnlyList<string> Repos);

/// <summary>Of <c>PATCH /api/orgs/{org}/saml</c>.</summary>
public sealed record UpdateSamlOrganizationRequest(string? NewIdpSsoDescriptor);

/// <summary>Of <c>GET /api/orgs/{org}/saml/admins</c>.</summary>
public sealed record SamlAdminsResponse(IReadOnlyList<SamlAdmin> SamlAdmins);

public sealed record SamlAdmin(string AvatarUrl, string GithubLogin, string Name);
