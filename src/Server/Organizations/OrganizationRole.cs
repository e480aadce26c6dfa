namespace Server.Organizations;

/// <summary>The roles that every organization has.</summary>
public static class OrganizationRole
{
    public const string Admin = "admin";
    public const string Member = "member";
    public const string BillingManager = "billing-manager";

    /// <summary>Belongs to the organization, and has only what is given to him by name or through a team.</summary>
    public const string None = "none";

    public static readonly IReadOnlyList<string> BuiltIn = [Admin, Member, BillingManager];

    public static string LabelOf(string role) =>
        role switch
        {
            Admin => "administrator",
            Member => "member",
            BillingManager => "billing manager",
            _ => "no role",
        };
}
