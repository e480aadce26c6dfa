namespace Server.Organizations;

/// <summary>The features that the published API asks of an organization, and which of them this service has.</summary>
internal static class OrganizationFeatures
{
    private static readonly IReadOnlySet<string> Here = new HashSet<string>(StringComparer.Ordinal)
    {
        "auditLogsEnabled",
        "customRoleCondition",
        "customRolesEnabled",
        "environmentsEnabled",
        "resourceExportEnabled",
        "resourceSearchEnabled",
        "restoreStacksEnabled",
        "serviceBackedConfigEnabled",
        "webhooksEnabled",
    };

    private static readonly IReadOnlyList<string> Others =
    [
        "agentIntegrationCatalogEnabled",
        "agentPoolRegistrationEnabled",
        "agentScheduledTasksEnabled",
        "aiAgentsEnabled",
        "aleEnabled",
        "approvalsEnabled",
        "auditLogUIFilteringEnabled",
        "bitbucketVCSEnabled",
        "bringYourOwnKeyEnabled",
        "cliIntegrationCatalogEnabled",
        "crossGuardEnabled",
        "customTemplatesEnabled",
        "customVCSEnabled",
        "dependencyCachingEnabled",
        "deployEnabled",
        "discoveredStacksEnabled",
        "driftDetectionEnabled",
        "environmentRevisionTagsEnabled",
        "environmentSecretRotationEnabled",
        "environmentsRestoreEnabled",
        "escEditorRevampEnabled",
        "escOnboardingAzureOAuthClientEnabled",
        "escOnboardingEnabled",
        "escOnboardingGcpOAuthClientEnabled",
        "escOnboardingV2Enabled",
        "fixDriftWithNeoEnabled",
        "ghAppDetailedDiffEnabled",
        "gitHubEnterpriseIntegrationEnabled",
        "iacCloudImportEnabled",
        "insightsAutoPolicyPacksEnabled",
        "insightsMonetizationEnabled",
        "integrationAssistantEnabled",
        "legacyDeploymentsOrgToken",
        "neoByokEnabled",
        "neoPlanModeEnabled",
        "neoTaskSharingEnabled",
        "nlpSearchEnabled",
        "pangeaAccountsScanPageEnabled",
        "policyIssueManagementEnabled",
        "policyManagementV2Enabled",
        "propertySearchUIEnabled",
        "scimEnabled",
        "selfHostedDeploymentsEnabled",
        "selfServeIDPRemoval",
        "themingEnabled",
    ];

    public static readonly IReadOnlyDictionary<string, bool> All = Here.Concat(Others)
        .ToDictionary(f => f, Here.Contains, StringComparer.Ordinal);
}
