using System.Collections.Frozen;

namespace Server.AuditLog;

/// <summary>What kinds of events there are, in the categories of Pulumi Cloud. One that is not listed is shown by its identifier.</summary>
public static class AuditEventTypes
{
    private static readonly (string Category, string Names)[] Published =
    [
        (
            "neo",
            """
            agent-cli-integration-connected agent-cli-integration-disconnected agent-cli-integration-updated
            agent-integration-disabled agent-integration-enabled agent-model-provider-created agent-model-provider-default-changed
            agent-model-provider-deleted agent-model-provider-updated agent-task-created agent-task-deleted agent-task-shared
            agent-task-unshared agent-task-updated neo-member-usage-cap-cleared neo-member-usage-cap-updated
            neo-slack-identity-connected neo-slack-identity-disconnected neo-usage-cap-cleared neo-usage-cap-updated
            """
        ),
        (
            "authentication",
            """
            auth-failure-change-request auth-failure-cloud-account auth-failure-environment auth-failure-insights-account
            auth-failure-organization-role auth-failure-scim-access-token auth-failure-stack-permission authorization-policy-updated
            oidc-issuer-deleted oidc-issuer-registered oidc-issuer-updated oidc-issuer-validation-failed saml-configuration-updated
            user-added-new-identity-to-their-account user-login user-login-failed
            """
        ),
        (
            "policy",
            """
            change-gate-created change-gate-deleted change-gate-updated policy-group-created policy-group-deleted
            policy-group-updated policy-pack-created policy-pack-deleted policy-pack-disabled policy-pack-enabled
            """
        ),
        (
            "discovery",
            """
            cloud-account-created cloud-account-deleted cloud-account-scan-canceled cloud-account-scan-started
            cloud-account-scheduled-scans-paused cloud-account-scheduled-scans-resumed cloud-account-tags-updated
            cloud-account-updated discovery-trial-billing-accepted discovery-trial-billing-denied insights-account-created
            insights-account-deleted insights-account-scan-canceled insights-account-scan-started
            insights-account-scheduled-scans-paused insights-account-scheduled-scans-resumed insights-account-tags-updated
            insights-account-updated insights-trial-billing-accepted insights-trial-billing-denied
            """
        ),
        (
            "organization",
            """
            custom-role-created custom-role-deleted custom-role-updated member-added member-removed member-role-changed
            org-downgraded-to-free org-plan-migrated org-upgraded-to-pro organization-backend-changed
            organization-deployment-default-role-updated organization-invite-accepted organization-invite-canceled
            organization-invite-sent organization-settings-changed retrial-ended retrial-expiration-updated retrial-started
            service-created service-deleted service-updated
            """
        ),
        (
            "encryption",
            """
            customer-managed-key-added customer-managed-key-disabled customer-managed-key-disabled-all
            customer-managed-key-set-default
            """
        ),
        (
            "deployments",
            """
            deployment-runner-pool-created deployment-runner-pool-deleted deployment-settings-role-updated
            organization-deployments-paused organization-deployments-resumed scheduled-deployment-created
            scheduled-deployment-deleted scheduled-deployment-updated stack-deployments-paused stack-deployments-resumed
            """
        ),
        (
            "access-tokens",
            """
            deployment-runner-token-created-for-oidc-issuer organization-token-created organization-token-created-for-oidc-issuer
            organization-token-deleted personal-token-created-for-oidc-issuer team-token-created team-token-created-for-oidc-issuer
            team-token-deleted
            """
        ),
        (
            "environments",
            """
            environment-cloned environment-created environment-decrypted environment-deleted
            environment-deletion-protection-disabled environment-deletion-protection-enabled environment-draft-open
            environment-draft-read-open environment-oidc-token-issued environment-open environment-read environment-read-open
            environment-restored environment-revision-retracted environment-revision-tag-created environment-revision-tag-delete
            environment-revision-tag-open environment-revision-tag-read environment-revision-tag-update environment-rotated
            environment-schedule-created environment-schedule-deleted environment-schedule-updated environment-tag-created
            environment-tag-deleted environment-tag-updated environment-unauthorized-open environment-updated
            """
        ),
        (
            "registry",
            """
            registry-package-version-deleted registry-package-version-initialized registry-package-version-published
            registry-template-version-deleted registry-template-version-initialized registry-template-version-published
            registry-terraform-module-created registry-terraform-module-deleted registry-terraform-module-version-deleted
            registry-terraform-module-version-initialized registry-terraform-module-version-published
            """
        ),
        (
            "stacks",
            """
            secret-decrypted secrets-batch-decrypted stack-collaborator-added stack-collaborator-permissions-changed
            stack-collaborator-removed stack-created stack-created-from-template stack-deleted stack-exported stack-imported
            stack-outputs-read stack-provider-open stack-renamed stack-transferred-to-organization stack-update-canceled
            stack-update-completed stack-update-started
            """
        ),
        (
            "teams",
            """
            team-created team-deleted team-updated
            """
        ),
        (
            "integrations",
            """
            vcs-github-installation-linked
            """
        ),
    ];

    /// <summary>What the list of Pulumi Cloud lacks.</summary>
    private static readonly (string Category, string Names)[] Own =
    [
        (
            "authentication",
            """
            account-created cli-login cli-login-revoked password-changed sessions-revoked user-logout
            """
        ),
        (
            "access-tokens",
            """
            personal-token-created personal-token-deleted
            """
        ),
        (
            "stacks",
            """
            stack-restored stack-tags-changed
            """
        ),
        (
            "integrations",
            """
            webhook-created webhook-deleted webhook-updated
            """
        ),
        (
            "organization",
            """
            audit-log-export-changed audit-log-exported
            """
        ),
    ];

    private static readonly FrozenDictionary<string, string> Categories = Published
        .Concat(Own)
        .SelectMany(type => type.Names.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Select(name => (name, type.Category)))
        .ToFrozenDictionary(type => type.name, type => type.Category, StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, string> Spelled = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["cli"] = "CLI",
        ["github"] = "GitHub",
        ["oidc"] = "OIDC",
        ["saml"] = "SAML",
        ["scim"] = "SCIM",
        ["vcs"] = "VCS",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static string Category(string name) => Categories.GetValueOrDefault(name, "other");

    /// <summary>As people read it: <c>oidc-issuer-deleted</c> is "OIDC issuer deleted".</summary>
    public static string DisplayName(string name)
    {
        var text = string.Join(' ', name.Split('-').Select(word => Spelled.GetValueOrDefault(word, word)));
        return text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];
    }

    /// <summary>Did somebody try what he could not or may not?</summary>
    public static bool IsFailure(string name) =>
        name.StartsWith("auth-failure-", StringComparison.Ordinal) || name is "user-login-failed" or "oidc-issuer-validation-failed";
}
