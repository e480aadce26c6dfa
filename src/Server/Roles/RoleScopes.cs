using System.Collections.Frozen;
using Server.Auth;
using Wire;

namespace Server.Roles;

/// <summary>A group of permissions, as roles are made of them.</summary>
/// <param name="About">What they are about: <c>stack</c> and <c>environment</c> ones can be given for some only.</param>
/// <param name="Here">Is there anything on this service that asks for them?</param>
public sealed record ScopeGroup(string About, string Name, bool Here, IReadOnlyList<string> Permissions);

/// <summary>All permissions, in the groups that are published.</summary>
public static class RoleScopes
{
    public const string Stack = "stack";
    public const string Environment = "environment";
    public const string Organization = "organization";

    private static readonly FrozenSet<string> ManagingStacks = FrozenSet.Create(
        StringComparer.Ordinal,
        Permission.StackCreate,
        Permission.StackList,
        Permission.StackListDeleted,
        Permission.StackRestoreDeleted
    );

    private static readonly FrozenSet<string> ManagingEnvironments = FrozenSet.Create(
        StringComparer.Ordinal,
        Permission.EnvironmentCreate,
        Permission.EnvironmentList,
        Permission.EnvironmentListDeleted,
        Permission.EnvironmentRestoreDeleted
    );

    private static readonly FrozenSet<string> Rotation = FrozenSet.Create(
        StringComparer.Ordinal,
        Permission.EnvironmentRotate,
        Permission.EnvironmentRotateHistory
    );

    public static readonly IReadOnlyList<ScopeGroup> Groups =
    [
        Without(Of(Stack, "Stacks", true, "stack", "stack_access", "stack_annotations"), ManagingStacks),
        Of(Stack, "Stack tags", true, "stack_tags"),
        Of(Stack, "Stack webhooks", true, "stack_webhook"),
        Of(Stack, "Stack deployments", false, "stack_deployment", "stack_deployment_settings", "stack_deployment_cache"),
        Of(Stack, "Stack deployment schedules", false, "stack_schedule"),
        Without(
            Of(Environment, "Environments", true, "environment", "environment_settings", "environment_access"),
            [.. ManagingEnvironments, .. Rotation]
        ),
        Of(Environment, "Environment tags", true, "environment_tag"),
        Of(Environment, "Environment versions", true, "environment_version"),
        Of(Environment, "Environment webhooks", false, "environment_webhook"),
        Of(Environment, "Environment schedules", false, "environment_schedule"),
        new(Environment, "Environment secrets rotation", false, [.. Rotation.Order(StringComparer.Ordinal)]),
        new(
            Organization,
            "Stack management",
            true,
            [.. ManagingStacks.Order(StringComparer.Ordinal), Permission.OrganizationTransferStacks]
        ),
        new(
            Organization,
            "Environment management",
            true,
            [.. ManagingEnvironments.Order(StringComparer.Ordinal), Permission.EnvironmentTagsList, Permission.EnvironmentYamlOpen]
        ),
        Without(
            Of(
                Organization,
                "Organization",
                true,
                "organization",
                "project",
                "project_annotations",
                "tags",
                "org_integrations",
                "integrations",
                "org_requests"
            ),
            [Permission.OrganizationTransferStacks]
        ),
        Of(Organization, "Membership", true, "invites", "org_member", "org_member_access"),
        Of(Organization, "Teams", true, "team", "github_team"),
        Of(Organization, "Roles", true, "role"),
        Of(Organization, "Organization access tokens", true, "org_token"),
        Of(Organization, "SSO", true, "saml", "scim"),
        Of(Organization, "OIDC", true, "oidc_issuers", "auth_policies"),
        Of(Organization, "Audit logs", true, "audit_logs"),
        Of(Organization, "Organization webhooks", true, "organization_webhook"),
        Of(Organization, "Search", true, "resources"),
        Of(Organization, "Deployments", false, "deployments"),
        Of(Organization, "Agent pools", false, "agent_pool"),
        Of(Organization, "Templates", false, "templates", "templates_source", "services"),
        Of(Organization, "Insights policy management", false, "policy_groups", "policy_pack", "policy_results"),
        Of(Organization, "Insights account management", false, "insights_account", "insights_account_access"),
        Of(Organization, "Scans", false, "insights_account_scan"),
        Of(Organization, "Policy queue", false, "insights_policy_queue"),
        Of(Organization, "Policy evaluator", false, "insights_policy_evaluator"),
        Of(Organization, "Organization annotations", false, "organization_annotations"),
        Of(Organization, "Neo", false, "ai_conversations"),
        Of(Organization, "Approvals", false, "change_gate"),
    ];

    public static IReadOnlyDictionary<string, IReadOnlyList<RbacScopeGroup>> OnWire() =>
        Groups
            .GroupBy(g => g.About)
            .ToDictionary(
                about => about.Key,
                IReadOnlyList<RbacScopeGroup> (about) =>
                    [
                        .. about.Select(g => new RbacScopeGroup(
                            g.Name,
                            [.. g.Permissions.Select(p => new RbacScope(p, new(Said(p, g.Here))))]
                        )),
                    ]
            );

    /// <summary>In words: <c>stack_tags:update</c> is "stack tags: update".</summary>
    public static string Words(string permission)
    {
        var parts = permission.Replace('_', ' ').Split(':');
        return $"{parts[0]}: {parts[1]}";
    }

    private static string Said(string permission, bool here) => Words(permission) + (here ? "" : " (nothing on this service asks for it)");

    private static ScopeGroup Of(string about, string name, bool here, params string[] objects) =>
        new(about, name, here, [.. objects.SelectMany(o => Permission.All.Where(p => p.Split(':')[0] == o).Order(StringComparer.Ordinal))]);

    private static ScopeGroup Without(ScopeGroup group, IReadOnlyCollection<string> others) =>
        group with
        {
            Permissions = [.. group.Permissions.Except(others)],
        };
}
