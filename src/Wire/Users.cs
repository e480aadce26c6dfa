using System.Text.Json.Serialization;

namespace Wire;

/// <summary>GET /api/user: who the token belongs to. Every login asks for this, and the CLI keeps the answer for an hour.</summary>
/// <param name="Id">Opaque.</param>
/// <param name="GithubLogin">The login name, whatever the identity provider. Never empty: the CLI stops on an empty one.</param>
/// <param name="Organizations">All the user belongs to, the individual organization of the same name first.</param>
public sealed record User(
    string Id,
    string GithubLogin,
    string Name,
    string Email,
    string AvatarUrl,
    IReadOnlyList<UserOrganization> Organizations,
    IReadOnlyList<string> Identities
)
{
    public bool SiteAdmin { get; init; }

    [JsonPropertyName("hasMFA")]
    public bool HasMfa { get; init; }

    /// <summary>A coding agent made the account for itself; left out for people.</summary>
    public bool? IsAgent { get; init; }

    public bool IsOrgManaged { get; init; }
    public bool IsManagedByMultiOrg { get; init; }

    /// <summary>Sent for organization and team tokens only; a personal token has none.</summary>
    public TokenInfo? TokenInfo { get; init; }
}

/// <param name="Role"><c>none</c>, <c>member</c>, <c>admin</c>, <c>potential-member</c>, <c>stack-collaborator</c> or <c>billing-manager</c>.</param>
public sealed record UserOrganization(string GithubLogin, string Name, string AvatarUrl, string Role);

/// <summary>Which machine token was used.</summary>
public sealed record TokenInfo(string Name, string Organization, string Team);

/// <summary>
/// GET /api/user/organizations/default: the organization of a stack name that has none. An empty login means "no opinion".
/// The keys are Pascal case on the wire; the ESC client reads another case, and both read any.
/// </summary>
public sealed record DefaultOrganization(
    [property: JsonPropertyName("GitHubLogin")] string GitHubLogin,
    [property: JsonPropertyName("Messages")] IReadOnlyList<ServiceMessage> Messages
);

/// <summary>A message that the CLI prints.</summary>
/// <param name="Severity"><c>info</c>, <c>warning</c> or <c>error</c>.</param>
public sealed record ServiceMessage(string Severity, string Message);
