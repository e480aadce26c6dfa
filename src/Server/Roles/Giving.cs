using Server.Auth;
using Server.Organizations;

namespace Server.Roles;

/// <summary>What somebody is given who joins, or has his role changed.</summary>
/// <param name="Role">One of <see cref="OrganizationRole"/>; with a custom role, <see cref="OrganizationRole.Member"/>.</param>
/// <param name="RoleId">Of the custom role; null for none.</param>
public sealed record GivenRole(string Role, string? RoleId, string Label);

/// <summary>Nobody gives more than he has: the rule for whoever makes members, invitations, tokens and roles without administering the organization.</summary>
public sealed class Giving(RoleStore store, RoleBooks books)
{
    /// <param name="role">A built-in role; null and empty for none.</param>
    /// <param name="roleId">A custom role, or the name of a built-in one; null and empty for none. Without either it is what new members get.</param>
    /// <exception cref="ApiException">400: it is no role, or not one to give. 403: it is more than the giver has.</exception>
    public async Task<GivenRole> Check(Organization giver, string? role, string? roleId, CancellationToken ct)
    {
        var (named, id) = (Empty(role), Empty(roleId));
        if (id is not null && OrganizationRole.BuiltIn.Contains(id))
        {
            (named, id) = (named is null || named == id ? id : throw Two(named, id), null);
        }
        if (named is not (null or OrganizationRole.Member) && id is not null)
        {
            throw Two(named, id);
        }
        if (named is null && id is null)
        {
            id = (await store.Ground(giver.Id, ct)).DefaultRoleId;
        }
        if (id is null)
        {
            var builtIn = named ?? OrganizationRole.Member;
            CheckBuiltIn(giver, builtIn);
            return new(builtIn, null, OrganizationRole.LabelOf(builtIn));
        }
        var book = await books.Book(giver, ct);
        var custom = book.Find(id) is { IsGivable: true } found
            ? found
            : throw ApiException.BadRequest($"'{giver.Login}' has no role '{id}' that can be given.");
        Check(giver, custom.Details, book);
        return new(OrganizationRole.Member, custom.Id, custom.Name);
    }

    /// <exception cref="ApiException">403: the giver has not everything that stands in it, whatever its conditions.</exception>
    public static void Check(Organization giver, Descriptor details, RoleBook book)
    {
        if (!giver.IsAdmin && details.AllPermissions(book).Distinct().FirstOrDefault(p => !giver.Can(p)) is { } missing)
        {
            throw ApiException.Forbidden(
                $"The role gives '{missing}', which you do not have in the whole organization '{giver.Login}'. An administrator of the organization can do this."
            );
        }
    }

    private static void CheckBuiltIn(Organization giver, string role)
    {
        if (!OrganizationRole.BuiltIn.Contains(role))
        {
            throw ApiException.BadRequest($"'{role}' is not a role; there are {string.Join(", ", OrganizationRole.BuiltIn)}.");
        }
        if (role == OrganizationRole.Admin)
        {
            giver.Demand(Permission.OrgMemberSetAdmin);
        }
        else
        {
            Check(giver, BuiltInRoles.Details(role, giver), RoleBook.Empty);
        }
    }

    private static string? Empty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static ApiException Two(string role, string roleId) =>
        ApiException.BadRequest($"Give the role '{role}' or the role '{roleId}', not both.");
}
