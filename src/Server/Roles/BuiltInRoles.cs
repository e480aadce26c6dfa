using System.Collections.Frozen;
using System.Text.Json;
using Server.Auth;
using Server.Organizations;
using Wire;
using Capability = Server.Organizations.Capability;

namespace Server.Roles;

/// <summary>The roles that every organization has, as records like its own: their ids are their names. Nobody changes them, but for what members have.</summary>
public static class BuiltInRoles
{
    /// <param name="standing">What the organization lets its members do.</param>
    public static Descriptor.Allow Details(string role, Standing standing) =>
        new(
            role switch
            {
                OrganizationRole.Admin => Permission.All,
                OrganizationRole.BillingManager => Permission.All.Where(Capability.AllowsBilling).ToFrozenSet(StringComparer.Ordinal),
                _ => Permission.All.Where(p => Capability.Allows(p, standing)).ToFrozenSet(StringComparer.Ordinal),
            }
        );

    public static IEnumerable<Role> Of(Organization organization, long createdMs) =>
        OrganizationRole.BuiltIn.Select(name =>
        {
            var details = Details(name, organization);
            return new Role
            {
                Id = name,
                Name = name,
                Description = DescriptionOf(name),
                ResourceType = "organization",
                Purpose = RolePurpose.Role,
                Details = details,
                Json = JsonSerializer.Serialize(
                    new("PermissionDescriptorAllow", [.. details.Permissions.Order(StringComparer.Ordinal)]),
                    WireJson.Default.PermissionDescriptorAllow
                ),
                Version = 1,
                CreatedMs = createdMs,
                ModifiedMs = createdMs,
            };
        });

    private static string DescriptionOf(string name) =>
        name switch
        {
            OrganizationRole.Admin => "May do everything in the organization.",
            OrganizationRole.BillingManager => "Sees what the organization uses, and no stack.",
            _ => "What the settings of the organization let its members do.",
        };
}
