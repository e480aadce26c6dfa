using System.Text.RegularExpressions;
using Server.Auth;

namespace Server.Organizations;

/// <summary>An organization as one of its members sees it.</summary>
public sealed record Organization : Standing
{
    public required string Id { get; init; }
    public required string Login { get; init; }
    public required string Name { get; init; }

    /// <summary>The one that every account gets with its own name.</summary>
    public bool Individual { get; init; }

    /// <summary>Is it the owner of the viewer's stack names that have none?</summary>
    public bool IsDefault { get; init; }

    /// <param name="permission">One of the organization itself, not of a stack in it.</param>
    public bool Can(string permission) =>
        IsAdmin
        || (
            Role == OrganizationRole.BillingManager ? Capability.AllowsBilling(permission)
            : IsPlainMember ? Capability.Allows(permission, this)
            : Capability.AllowsAnybody(permission)
        )
        || Held.Give(permission, subject: null);

    /// <exception cref="ApiException">403: he may not.</exception>
    public void Demand(string permission)
    {
        if (!Can(permission))
        {
            throw ApiException.Forbidden(
                $"You need the permission '{permission}' in the organization '{Login}'. An administrator of the organization can grant it."
            );
        }
    }
}

/// <summary>Names of accounts and organizations; they share one space, since both are the first part of a stack's name.</summary>
public static partial class OrganizationName
{
    public const string Rule = "3 to 40 letters, digits, hyphens and underscores, beginning and ending with a letter or digit";

    /// <summary>First segments of the console's and the API's addresses: an organization of that name would be unreachable.</summary>
    public static readonly IReadOnlySet<string> Reserved = new HashSet<string>(StringComparer.OrdinalIgnoreCase)
    {
        "about",
        "account",
        "admin",
        "api",
        "assets",
        "auth",
        "authorize",
        "claim",
        "cli-login",
        "console",
        "dashboard",
        "device",
        "docs",
        "environments",
        "error",
        "favicon",
        "healthz",
        "help",
        "holdfast",
        "invites",
        "login",
        "logout",
        "metrics",
        "neo",
        "new",
        "oauth",
        "openapi",
        "organization",
        "organizations",
        "orgs",
        "pulumi",
        "readyz",
        "resources",
        "scim",
        "search",
        "settings",
        "sign-in",
        "sign-up",
        "signin",
        "signout",
        "signup",
        "sso",
        "stacks",
        "static",
        "status",
        "support",
        "user",
        "users",
        "welcome",
        "well-known",
    };

    /// <returns>What is wrong with the name, as a sentence; null if nothing is.</returns>
    public static string? Problem(string name) =>
        !Shape().IsMatch(name) ? $"A user name is {Rule}."
        : Reserved.Contains(name) ? $"'{name}' is reserved for the service itself. Choose another name."
        : null;

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9_-]{1,38}[A-Za-z0-9]$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Shape();
}
