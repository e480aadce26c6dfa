using System.Collections.Frozen;

namespace Server.Auth;

/// <summary>What a token leaves out of what its account may do: it can only take away. A session and a whole token leave out nothing.</summary>
public sealed record Limits
{
    public static readonly Limits None = new();

    /// <summary>What may change nothing that lasts. Whatever action is not among them counts as a change.</summary>
    private static readonly FrozenSet<string> Reading = FrozenSet.Create(
        StringComparer.Ordinal,
        "dashboard",
        "decrypt",
        "encrypt",
        "export",
        "list",
        "list_all",
        "list_deleted",
        "list_tokens",
        "open",
        "read",
        "read_usage",
        "search"
    );

    /// <summary>Actions whose answers hold secrets in plain text.</summary>
    private static readonly FrozenSet<string> Decrypting = FrozenSet.Create(StringComparer.Ordinal, "decrypt", "open");

    /// <summary>
    /// What could be turned into more than the token may do: new tokens and the ways to get one, and who may do what.
    /// </summary>
    private static readonly FrozenSet<string> Granting = FrozenSet.Create(
        StringComparer.Ordinal,
        "org_token:create",
        "team:create_token",
        "oidc_issuers:create",
        "oidc_issuers:update",
        "auth_policies:update",
        "agent_pool:create",
        "agent_pool:update",
        "role:create",
        "role:update",
        "org_member:add",
        "org_member:update",
        "org_member:set_admin",
        "invites:create",
        "team:create",
        "github_team:create",
        "team:update",
        "stack_access:update",
        "environment_access:update",
        "saml:update",
        "scim:update",
        "stack:transfer",
        "organization:transfer_stacks",
        "organization:change_backend"
    );

    public bool ReadOnly { get; init; }
    public bool NoDecrypt { get; init; }

    /// <summary>The only stack that it reaches; null for all.</summary>
    public string? StackId { get; init; }

    /// <summary>The only organization that it reaches; null for all.</summary>
    public string? OrganizationId { get; init; }

    public bool Any => this != None;

    /// <summary>Does the token leave this permission in, if its account has it? The account's own permissions are asked elsewhere: both must agree.</summary>
    /// <param name="permission">As Pulumi names them: <c>stack:read</c>.</param>
    public bool Permit(string permission) =>
        (!ReadOnly || Reading.Contains(Action(permission)))
        && (!NoDecrypt || !IsDecryption(permission))
        && (!Any || !Granting.Contains(permission));

    /// <summary>Does what it permits answer with secrets in plain text?</summary>
    public static bool IsDecryption(string permission) => Decrypting.Contains(Action(permission));

    private static string Action(string permission) => permission[(permission.IndexOf(':', StringComparison.Ordinal) + 1)..];

    /// <summary>What a token does not reach does not exist for it.</summary>
    public bool Reaches(string organizationId) => OrganizationId is null || OrganizationId == organizationId;

    public bool Reaches(string organizationId, string stackId) => Reaches(organizationId) && (StackId is null || StackId == stackId);
}
