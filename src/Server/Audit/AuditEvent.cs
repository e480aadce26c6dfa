using Server.Auth;
using Server.Http;

namespace Server.Audit;

/// <summary>Identifiers of what is written down, as Pulumi Cloud calls them where it has one.</summary>
public static class AuditEvent
{
    // Signing in
    public const string UserLogin = "user-login";
    public const string UserLoginFailed = "user-login-failed";
    public const string UserLogout = "user-logout";
    public const string SessionsRevoked = "sessions-revoked";
    public const string AccountCreated = "account-created";
    public const string PasswordChanged = "password-changed";
    public const string CliLogin = "cli-login";
    public const string CliLoginRevoked = "cli-login-revoked";
    public const string FactorAdded = "user-factor-added";
    public const string FactorRemoved = "user-factor-removed";
    public const string RecoveryCodesMade = "user-recovery-codes-created";
    public const string RecoveryCodeUsed = "user-recovery-code-used";
    public const string FactorRuleChanged = "organization-factor-requirement-updated";
    public const string IdentityLinked = "user-added-new-identity-to-their-account";
    public const string IdentityUnlinked = "user-removed-identity-from-their-account";
    public const string EmailChanged = "user-email-changed";
    public const string SiteAdminChanged = "site-admin-changed";
    public const string EmailVerified = "user-email-verified";
    public const string PasswordReset = "user-password-reset";
    public const string PasswordResetLinkCreated = "user-password-reset-link-created";

    // Single sign-on and directories
    public const string IdentityAdded = "user-added-new-identity-to-their-account";
    public const string MemberAdded = "member-added";
    public const string MemberRemoved = "member-removed";
    public const string SignInProviderChanged = "sign-in-provider-updated";
    public const string SamlChanged = "saml-configuration-updated";
    public const string ScimTokenChanged = "scim-token-changed";
    public const string ScimUserChanged = "scim-user-changed";
    public const string ScimGroupChanged = "scim-group-changed";

    // Tokens
    public const string PersonalTokenCreated = "personal-token-created";
    public const string PersonalTokenDeleted = "personal-token-deleted";
    public const string OrganizationTokenCreated = "organization-token-created";
    public const string OrganizationTokenDeleted = "organization-token-deleted";
    public const string TeamTokenCreated = "team-token-created";
    public const string TeamTokenDeleted = "team-token-deleted";
    public const string TokenRenamed = "token-renamed";
    public const string TokenRotated = "token-rotated";
    public const string TokenUsedFromNewAddress = "token-used-from-new-address";
    public const string TokenExpiryCapChanged = "token-expiry-cap-changed";

    // Identity providers
    public const string OidcIssuerRegistered = "oidc-issuer-registered";
    public const string OidcIssuerUpdated = "oidc-issuer-updated";
    public const string OidcIssuerDeleted = "oidc-issuer-deleted";
    public const string OidcIssuerValidationFailed = "oidc-issuer-validation-failed";
    public const string AuthorizationPolicyUpdated = "authorization-policy-updated";
    public const string OrganizationTokenExchanged = "organization-token-created-for-oidc-issuer";
    public const string TeamTokenExchanged = "team-token-created-for-oidc-issuer";
    public const string PersonalTokenExchanged = "personal-token-created-for-oidc-issuer";

    // Environments
    public const string EnvironmentCloned = "environment-cloned";
    public const string EnvironmentCreated = "environment-created";
    public const string EnvironmentDecrypted = "environment-decrypted";
    public const string EnvironmentDeleted = "environment-deleted";
    public const string EnvironmentOpened = "environment-open";
    public const string EnvironmentProtected = "environment-deletion-protection-enabled";
    public const string EnvironmentReadOpened = "environment-read-open";
    public const string EnvironmentRestored = "environment-restored";
    public const string EnvironmentRevisionRetracted = "environment-revision-retracted";
    public const string EnvironmentRevisionTagCreated = "environment-revision-tag-created";
    public const string EnvironmentRevisionTagDeleted = "environment-revision-tag-delete";
    public const string EnvironmentRevisionTagUpdated = "environment-revision-tag-update";
    public const string EnvironmentTagCreated = "environment-tag-created";
    public const string EnvironmentTagDeleted = "environment-tag-deleted";
    public const string EnvironmentTagUpdated = "environment-tag-updated";
    public const string EnvironmentUnprotected = "environment-deletion-protection-disabled";
    public const string EnvironmentUpdated = "environment-updated";

    // Stacks
    public const string AgentAccountClaimed = "agent-account-claimed";
    public const string SecretDecrypted = "secret-decrypted";
    public const string SecretsBatchDecrypted = "secrets-batch-decrypted";
    public const string StackCreated = "stack-created";
    public const string StackDeleted = "stack-deleted";
    public const string StackExported = "stack-exported";
    public const string StackImported = "stack-imported";
    public const string StackRenamed = "stack-renamed";
    public const string StackRestored = "stack-restored";
    public const string StackTagsChanged = "stack-tags-changed";
    public const string StackTransferred = "stack-transferred-to-organization";
    public const string StackUpdateStarted = "stack-update-started";
    public const string StackUpdateCompleted = "stack-update-completed";
    public const string StackUpdateCanceled = "stack-update-canceled";

    // Organizations
    public const string MemberRoleChanged = "member-role-changed";
    public const string InviteSent = "organization-invite-sent";
    public const string InviteCanceled = "organization-invite-canceled";
    public const string InviteAccepted = "organization-invite-accepted";
    public const string OrganizationCreated = "organization-created";
    public const string OrganizationDeleted = "organization-deleted";
    public const string OrganizationRenamed = "organization-renamed";
    public const string OrganizationSettingsChanged = "organization-settings-changed";
    public const string StackAccessChanged = "stack-access-changed";
    public const string RoleCreated = "custom-role-created";
    public const string RoleUpdated = "custom-role-updated";
    public const string RoleDeleted = "custom-role-deleted";
    public const string TeamCreated = "team-created";
    public const string TeamDeleted = "team-deleted";
    public const string TeamUpdated = "team-updated";

    // Webhooks
    public const string WebhookCreated = "webhook-created";
    public const string WebhookUpdated = "webhook-updated";
    public const string WebhookDeleted = "webhook-deleted";

    // The log itself
    public const string AuditLogExported = "audit-log-exported";
    public const string AuditExportChanged = "audit-log-export-changed";
}

/// <summary>Who did it, with which token, from where.</summary>
public sealed record Actor(string AccountId, string? TokenId, string Address);

public static class ActorExtensions
{
    public static Actor Actor(this HttpContext http) => new(http.Caller().AccountId, http.Caller().TokenId, http.ClientAddress());

    /// <summary>Somebody who is not signed in yet, or no longer.</summary>
    public static Actor ActorAs(this HttpContext http, string accountId) => new(accountId, null, http.ClientAddress());
}
