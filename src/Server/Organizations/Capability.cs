namespace Server.Organizations;

/// <summary>
/// One line of the table of who may do what. Whatever has no line is for administrators of the organization alone, who may do everything.
/// </summary>
/// <param name="From">
/// The level from which somebody may do it: of a stack's permission, his <see cref="StackLevel"/> with that stack; of an organization's, what its members have
/// with every stack; of an environment's, the same in <see cref="EnvironmentLevel"/>. Null: members may not at all.
/// </param>
/// <param name="Billing">May a billing manager?</param>
/// <param name="Unless">The setting of the organization that takes it from its members.</param>
public sealed record Capability(string Permission, long? From, bool Billing, Func<Standing, bool>? Unless)
{
    /// <summary>The whole table; docs/security.md shows it, and a test holds the two together.</summary>
    public static readonly IReadOnlyDictionary<string, Capability> Table = new Capability[]
    {
        Of(Auth.Permission.StackRead, StackLevel.Read),
        Of(Auth.Permission.StackExport, StackLevel.Read),
        Of(Auth.Permission.StackEncrypt, StackLevel.Read),
        Of(Auth.Permission.StackAccessRead, StackLevel.Read),
        Of(Auth.Permission.StackAnnotationsRead, StackLevel.Read),
        Of(Auth.Permission.StackDeploymentRead, StackLevel.Read),
        Of(Auth.Permission.StackDeploymentSettingsRead, StackLevel.Read),
        Of(Auth.Permission.StackScheduleRead, StackLevel.Read),
        Of(Auth.Permission.StackDecrypt, StackLevel.Write),
        Of(Auth.Permission.StackWrite, StackLevel.Write),
        Of(Auth.Permission.StackImport, StackLevel.Write),
        Of(Auth.Permission.StackCancelUpdate, StackLevel.Write),
        Of(Auth.Permission.StackTagsUpdate, StackLevel.Write),
        Of(Auth.Permission.StackAnnotationsUpdate, StackLevel.Write),
        Of(Auth.Permission.StackWebhookRead, StackLevel.Write),
        Of(Auth.Permission.StackWebhookCreate, StackLevel.Write),
        Of(Auth.Permission.StackWebhookUpdate, StackLevel.Write),
        Of(Auth.Permission.StackWebhookDelete, StackLevel.Write),
        Of(Auth.Permission.StackRename, StackLevel.Admin),
        Of(Auth.Permission.StackAccessUpdate, StackLevel.Admin),
        Of(Auth.Permission.StackDelete, StackLevel.Admin) with
        {
            Unless = o => !o.MembersDeleteStacks,
        },
        Of(Auth.Permission.StackRestoreDeleted, StackLevel.Admin) with
        {
            Unless = o => !o.MembersDeleteStacks,
        },
        Of(Auth.Permission.StackTransfer, StackLevel.Admin) with
        {
            Unless = o => !o.MembersTransferStacks,
        },
        Of(Auth.Permission.OrganizationBilling, null, billing: true),
        Of(Auth.Permission.OrganizationReadUsage, StackLevel.Read, billing: true),
        Of(Auth.Permission.OrgMemberRead, StackLevel.None, billing: true),
        Of(Auth.Permission.RoleRead, StackLevel.None, billing: true),
        Of(Auth.Permission.StackList, StackLevel.None, billing: true),
        Of(Auth.Permission.StackListDeleted, StackLevel.None),
        Of(Auth.Permission.StackCreate, StackLevel.None) with
        {
            Unless = o => !o.MembersCreateStacks,
        },
        Of(Auth.Permission.TagsRead, StackLevel.None),
        Of(Auth.Permission.ResourcesSearch, StackLevel.None),
        Of(Auth.Permission.ResourcesDashboard, StackLevel.None),
        Of(Auth.Permission.ProjectEncrypt, StackLevel.Read),
        Of(Auth.Permission.ProjectDecrypt, StackLevel.Write),
        Of(Auth.Permission.TeamList, StackLevel.None),
        Of(Auth.Permission.TeamRead, StackLevel.None),
        Of(Auth.Permission.TeamCreate, StackLevel.None) with
        {
            Unless = o => !o.MembersCreateTeams,
        },
        Of(Auth.Permission.EnvironmentList, EnvironmentLevel.None),
        Of(Auth.Permission.EnvironmentCreate, EnvironmentLevel.Write),
        Of(Auth.Permission.EnvironmentYamlOpen, EnvironmentLevel.Open),
        Of(Auth.Permission.EnvironmentTagsList, EnvironmentLevel.None),
        Of(Auth.Permission.EnvironmentListDeleted, EnvironmentLevel.None),
        Of(Auth.Permission.EnvironmentRestoreDeleted, EnvironmentLevel.Write),
        Of(Auth.Permission.EnvironmentRead, EnvironmentLevel.Read),
        Of(Auth.Permission.EnvironmentTagRead, EnvironmentLevel.Read),
        Of(Auth.Permission.EnvironmentVersionRead, EnvironmentLevel.Read),
        Of(Auth.Permission.EnvironmentAccessRead, EnvironmentLevel.Read),
        Of(Auth.Permission.EnvironmentSettingsRead, EnvironmentLevel.Read),
        Of(Auth.Permission.EnvironmentOpen, EnvironmentLevel.Open),
        Of(Auth.Permission.EnvironmentVersionOpen, EnvironmentLevel.Open),
        Of(Auth.Permission.EnvironmentWrite, EnvironmentLevel.Write),
        Of(Auth.Permission.EnvironmentClone, EnvironmentLevel.Write),
        Of(Auth.Permission.EnvironmentRotate, EnvironmentLevel.Write),
        Of(Auth.Permission.EnvironmentTagCreate, EnvironmentLevel.Write),
        Of(Auth.Permission.EnvironmentTagUpdate, EnvironmentLevel.Write),
        Of(Auth.Permission.EnvironmentTagDelete, EnvironmentLevel.Write),
        Of(Auth.Permission.EnvironmentVersionCreate, EnvironmentLevel.Write),
        Of(Auth.Permission.EnvironmentVersionUpdate, EnvironmentLevel.Write),
        Of(Auth.Permission.EnvironmentVersionDelete, EnvironmentLevel.Write),
        Of(Auth.Permission.EnvironmentVersionRetract, EnvironmentLevel.Write),
        Of(Auth.Permission.EnvironmentWebhookRead, EnvironmentLevel.Write),
        Of(Auth.Permission.EnvironmentWebhookCreate, EnvironmentLevel.Write),
        Of(Auth.Permission.EnvironmentWebhookUpdate, EnvironmentLevel.Write),
        Of(Auth.Permission.EnvironmentWebhookDelete, EnvironmentLevel.Write),
        Of(Auth.Permission.EnvironmentSettingsUpdate, EnvironmentLevel.Admin),
        Of(Auth.Permission.EnvironmentAccessUpdate, EnvironmentLevel.Admin),
        Of(Auth.Permission.EnvironmentDelete, EnvironmentLevel.Admin),
    }.ToDictionary(c => c.Permission, StringComparer.Ordinal);

    /// <summary>Is its level that of environments?</summary>
    public bool IsOfEnvironment => Permission.StartsWith("environment", StringComparison.Ordinal);

    public bool IsOfStack => Permission.StartsWith("stack", StringComparison.Ordinal) && From >= StackLevel.Read;

    /// <summary>What a member may do in the whole organization.</summary>
    public static bool Allows(string permission, Standing standing) =>
        Table.TryGetValue(permission, out var capability)
        && Allows(capability.IsOfEnvironment ? standing.EnvironmentPermission : standing.StackPermission, permission, standing);

    /// <summary>What a member may do at a level.</summary>
    public static bool Allows(long level, string permission, Standing standing) =>
        Table.TryGetValue(permission, out var capability) && capability.From <= level && capability.Unless?.Invoke(standing) != true;

    /// <summary>What everybody may do who belongs to the organization in whatever way.</summary>
    public static bool AllowsAnybody(string permission) =>
        Table.TryGetValue(permission, out var capability) && capability is { From: StackLevel.None, Unless: null }; // which is none of both kinds of levels

    public static bool AllowsBilling(string permission) => Table.TryGetValue(permission, out var capability) && capability.Billing;

    private static Capability Of(string permission, long? from, bool billing = false) => new(permission, from, billing, null);
}
