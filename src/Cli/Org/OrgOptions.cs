using System.CommandLine;
using Cli.Backends;
using Cli.Backends.Cloud;

namespace Cli.Org;

/// <summary>What commands on an organization have in common.</summary>
internal static class OrgOptions
{
    public static Option<string?> Organization() =>
        new("--org") { Description = "The organization. Defaults to the default organization of this backend" };

    /// <returns>The cloud, and the name of the organization on it.</returns>
    public static (CloudBackend Cloud, string Organization) Of(IBackend backend, string? organization)
    {
        if (backend is not CloudBackend cloud)
        {
            throw new UserErrorException(
                $"backends of this type \"{backend.Name}\" do not support organizations; log in to a cloud with `pulumi login`"
            );
        }
        return (cloud, string.IsNullOrEmpty(organization) ? cloud.DefaultOrganization : organization);
    }
}
