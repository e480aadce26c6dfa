using System.Collections.Frozen;

namespace Server.Auth;

/// <summary>What somebody may be allowed to do, as Pulumi Cloud names it: an object and an action. Roles are sets of these; every route names one.</summary>
public static class Permission
{
    public const string StackList = "stack:list";

    public const string ProjectEncrypt = "project:encrypt";
    public const string ProjectDecrypt = "project:decrypt";

    public const string ProjectAnnotationsRead = "project_annotations:read";
    public const string ProjectAnnotationsUpdate = "project_annotations:update";

    public const string StackRead = "stack:read";
    public const string StackWrite = "stack:write";
    public const string StackImport = "stack:import";
    public const string StackExport = "stack:export";
    public const string StackEncrypt = "stack:encrypt";
    public const string StackDecrypt = "stack:decrypt";
    public const string StackCreate = "stack:create";
    public const string StackRename = "stack:rename";
    public const string StackDelete = "stack:delete";
    public const string StackCancelUpdate = "stack:cancel_update";
    public const string StackTransfer = "stack:transfer";
    public const string StackListDeleted = "stack:list_deleted";
    public const string StackRestoreDeleted = "stack:restore_deleted";

    public const string StackDeploymentCreate = "stack_deployment:create";
    public const string StackDeploymentRead = "stack_deployment:read";

    public const string StackDeploymentSettingsWrite = "stack_deployment_settings:write";
    public const string StackDeploymentSettingsRead = "stack_deployment_settings:read";
    public const string StackDeploymentSettingsEncrypt = "stack_deployment_settings:encrypt";

    public const string StackDeploymentCacheRead = "stack_deployment_cache:read";

    public const string StackWebhookRead = "stack_webhook:read";
    public const string StackWebhookCreate = "stack_webhook:create";
    public const string StackWebhookUpdate = "stack_webhook:update";
    public const string StackWebhookDelete = "stack_webhook:delete";

    public const string StackAccessRead = "stack_access:read";
    public const string StackAccessUpdate = "stack_access:update";

    public const string StackTagsUpdate = "stack_tags:update";

    public const string StackAnnotationsRead = "stack_annotations:read";
    public const string StackAnnotationsUpdate = "stack_annotations:update";

    public const string StackScheduleCreate = "stack_schedule:create";
    public const string StackScheduleUpdate = "stack_schedule:update";
    public const string StackScheduleRead = "stack_schedule:read";
    public const string StackScheduleDelete = "stack_schedule:delete";
    public const string StackSchedulePause = "stack_schedule:pause";
    public const string StackScheduleResume = "stack_schedule:resume";

    public const string OrganizationReadUsage = "organization:read_usage";
    public const string OrganizationUpdate = "organization:update";
    public const string OrganizationRename = "organization:rename";
    public const string OrganizationDelete = "organization:delete";
    public const string OrganizationChangeBackend = "organization:change_backend";
    public const string OrganizationBilling = "organization:billing";
    public const string OrganizationPotential = "organization:potential";
    public const string OrganizationTransferStacks = "organization:transfer_stacks";

    public const string SamlRead = "saml:read";
    public const string SamlUpdate = "saml:update";

    public const string AuditLogsRead = "audit_logs:read";
    public const string AuditLogsExport = "audit_logs:export";

    public const string ScimRead = "scim:read";
    public const string ScimUpdate = "scim:update";
    public const string ScimDelete = "scim:delete";

    public const string TagsRead = "tags:read";

    public const string OrgIntegrationsRead = "org_integrations:read";
    public const string OrgIntegrationsUpdate = "org_integrations:update";

    public const string IntegrationsUpdate = "integrations:update";
    public const string IntegrationsRead = "integrations:read";

    public const string InvitesRead = "invites:read";
    public const string InvitesCreate = "invites:create";

    public const string OrgRequestsRead = "org_requests:read";
    public const string OrgRequestsUpdate = "org_requests:update";

    public const string OrgMemberAccessRead = "org_member_access:read";

    public const string OrgMemberRead = "org_member:read";
    public const string OrgMemberDelete = "org_member:delete";
    public const string OrgMemberAdd = "org_member:add";
    public const string OrgMemberUpdate = "org_member:update";
    public const string OrgMemberSetAdmin = "org_member:set_admin";

    public const string OrgTokenRead = "org_token:read";
    public const string OrgTokenCreate = "org_token:create";
    public const string OrgTokenDelete = "org_token:delete";

    public const string AuthPoliciesRead = "auth_policies:read";
    public const string AuthPoliciesUpdate = "auth_policies:update";

    public const string OidcIssuersRead = "oidc_issuers:read";
    public const string OidcIssuersUpdate = "oidc_issuers:update";
    public const string OidcIssuersRegenerateThumbprints = "oidc_issuers:regenerate_thumbprints";
    public const string OidcIssuersCreate = "oidc_issuers:create";
    public const string OidcIssuersDelete = "oidc_issuers:delete";

    public const string AgentPoolRead = "agent_pool:read";
    public const string AgentPoolCreate = "agent_pool:create";
    public const string AgentPoolUpdate = "agent_pool:update";
    public const string AgentPoolDelete = "agent_pool:delete";

    public const string OrganizationWebhookRead = "organization_webhook:read";
    public const string OrganizationWebhookCreate = "organization_webhook:create";
    public const string OrganizationWebhookUpdate = "organization_webhook:update";
    public const string OrganizationWebhookDelete = "organization_webhook:delete";

    public const string ResourcesIndex = "resources:index";
    public const string ResourcesSearch = "resources:search";
    public const string ResourcesDashboard = "resources:dashboard";

    public const string TemplatesRead = "templates:read";

    public const string TemplatesSourceRead = "templates_source:read";
    public const string TemplatesSourceUpdate = "templates_source:update";
    public const string TemplatesSourceDelete = "templates_source:delete";
    public const string TemplatesSourceCreate = "templates_source:create";

    public const string ServicesCreate = "services:create";
    public const string ServicesRead = "services:read";
    public const string ServicesWrite = "services:write";
    public const string ServicesAdmin = "services:admin";

    public const string DeploymentsRead = "deployments:read";
    public const string DeploymentsPause = "deployments:pause";
    public const string DeploymentsResume = "deployments:resume";
    public const string DeploymentsReadUsage = "deployments:read_usage";

    public const string OrganizationAnnotationsRead = "organization_annotations:read";
    public const string OrganizationAnnotationsUpdate = "organization_annotations:update";

    public const string PolicyGroupsCreate = "policy_groups:create";
    public const string PolicyGroupsRead = "policy_groups:read";
    public const string PolicyGroupsUpdate = "policy_groups:update";
    public const string PolicyGroupsDelete = "policy_groups:delete";

    public const string PolicyPackCreate = "policy_pack:create";
    public const string PolicyPackRead = "policy_pack:read";
    public const string PolicyPackUpdate = "policy_pack:update";
    public const string PolicyPackDelete = "policy_pack:delete";

    public const string PolicyResultsRead = "policy_results:read";

    public const string EnvironmentCreate = "environment:create";
    public const string EnvironmentList = "environment:list";
    public const string EnvironmentRead = "environment:read";
    public const string EnvironmentOpen = "environment:open";
    public const string EnvironmentWrite = "environment:write";
    public const string EnvironmentDelete = "environment:delete";

    public const string EnvironmentSettingsRead = "environment_settings:read";
    public const string EnvironmentSettingsUpdate = "environment_settings:update";

    public const string EnvironmentClone = "environment:clone";
    public const string EnvironmentRotate = "environment:rotate";
    public const string EnvironmentRotateHistory = "environment:rotate_history";
    public const string EnvironmentListDeleted = "environment:list_deleted";
    public const string EnvironmentRestoreDeleted = "environment:restore_deleted";

    public const string EnvironmentYamlOpen = "environment_yaml:open";

    public const string EnvironmentScheduleCreate = "environment_schedule:create";
    public const string EnvironmentScheduleRead = "environment_schedule:read";
    public const string EnvironmentScheduleUpdate = "environment_schedule:update";
    public const string EnvironmentSchedulePause = "environment_schedule:pause";
    public const string EnvironmentScheduleResume = "environment_schedule:resume";
    public const string EnvironmentScheduleDelete = "environment_schedule:delete";

    public const string EnvironmentTagsList = "environment_tags:list";

    public const string EnvironmentTagRead = "environment_tag:read";
    public const string EnvironmentTagCreate = "environment_tag:create";
    public const string EnvironmentTagUpdate = "environment_tag:update";
    public const string EnvironmentTagDelete = "environment_tag:delete";

    public const string EnvironmentVersionCreate = "environment_version:create";
    public const string EnvironmentVersionRead = "environment_version:read";
    public const string EnvironmentVersionUpdate = "environment_version:update";
    public const string EnvironmentVersionDelete = "environment_version:delete";
    public const string EnvironmentVersionRetract = "environment_version:retract";
    public const string EnvironmentVersionOpen = "environment_version:open";

    public const string EnvironmentWebhookRead = "environment_webhook:read";
    public const string EnvironmentWebhookCreate = "environment_webhook:create";
    public const string EnvironmentWebhookUpdate = "environment_webhook:update";
    public const string EnvironmentWebhookDelete = "environment_webhook:delete";

    public const string EnvironmentAccessRead = "environment_access:read";
    public const string EnvironmentAccessUpdate = "environment_access:update";

    public const string TeamList = "team:list";
    public const string TeamRead = "team:read";
    public const string TeamCreate = "team:create";
    public const string TeamUpdate = "team:update";
    public const string TeamDelete = "team:delete";
    public const string TeamCreateToken = "team:create_token";
    public const string TeamListTokens = "team:list_tokens";
    public const string TeamDeleteToken = "team:delete_token";

    public const string GithubTeamCreate = "github_team:create";

    public const string InsightsAccountList = "insights_account:list";
    public const string InsightsAccountRead = "insights_account:read";
    public const string InsightsAccountCreate = "insights_account:create";
    public const string InsightsAccountUpdate = "insights_account:update";
    public const string InsightsAccountDelete = "insights_account:delete";
    public const string InsightsAccountUpdatePolicyResults = "insights_account:update_policy_results";

    public const string InsightsAccountAccessRead = "insights_account_access:read";
    public const string InsightsAccountAccessUpdate = "insights_account_access:update";

    public const string InsightsAccountScan = "insights_account:scan";

    public const string InsightsAccountScanRead = "insights_account_scan:read";
    public const string InsightsAccountScanUpdate = "insights_account_scan:update";
    public const string InsightsAccountScanCancel = "insights_account_scan:cancel";
    public const string InsightsAccountScanPause = "insights_account_scan:pause";
    public const string InsightsAccountScanResume = "insights_account_scan:resume";

    public const string InsightsPolicyQueueRead = "insights_policy_queue:read";

    public const string InsightsPolicyEvaluatorRead = "insights_policy_evaluator:read";
    public const string InsightsPolicyEvaluatorDelete = "insights_policy_evaluator:delete";
    public const string InsightsPolicyEvaluatorEnsure = "insights_policy_evaluator:ensure";
    public const string InsightsPolicyEvaluatorUpdate = "insights_policy_evaluator:update";

    public const string AiConversationsListAll = "ai_conversations:list_all";
    public const string AiConversationsRead = "ai_conversations:read";
    public const string AiConversationsCreate = "ai_conversations:create";
    public const string AiConversationsUpdate = "ai_conversations:update";

    public const string RoleCreate = "role:create";
    public const string RoleRead = "role:read";
    public const string RoleUpdate = "role:update";
    public const string RoleDelete = "role:delete";

    public const string ChangeGateCreate = "change_gate:create";
    public const string ChangeGateUpdate = "change_gate:update";
    public const string ChangeGateDelete = "change_gate:delete";

    /// <summary>All there are, by their names.</summary>
    public static readonly FrozenSet<string> All = typeof(Permission)
        .GetFields()
        .Where(f => f.IsLiteral)
        .Select(f => (string)f.GetRawConstantValue()!)
        .ToFrozenSet(StringComparer.Ordinal);
}
