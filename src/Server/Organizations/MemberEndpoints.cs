using System.Globalization;
using Server.Audit;
using Server.Auth;
using Server.Http;
using Wire;

namespace Server.Organizations;

/// <summary>/api/orgs/{org}/members</summary>
public static class MemberEndpoints
{
    private const string Route = "/api/orgs/{orgName}/members";

    public static void MapMembers(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Route, List).RequireMember(Permission.OrgMemberRead);
        routes.MapPost(Route + "/{userLogin}", Add).RequireMember(Permission.OrgMemberAdd);
        routes.MapPatch(Route + "/{userLogin}", Change).RequireMember(Permission.OrgMemberUpdate);
        routes.MapDelete(Route + "/{userLogin}", Remove).RequireMember(Permission.OrgMemberDelete);
    }

    public static string Rfc3339(long ms) =>
        DateTimeOffset.FromUnixTimeMilliseconds(ms).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>Those who see the list see names; addresses are for administrators.</summary>
    private static async Task<ListMembersResponse> List(HttpContext http, MemberStore members, CancellationToken ct)
    {
        var found = await members.List(http.Organization().Id, ct);
        return new([.. found.Select(m => OnWire(m, http.Organization().IsAdmin))]);
    }

    private static async Task<OrganizationMember> Add(
        HttpContext http,
        string userLogin,
        Body<ChangeMemberRequest> body,
        Members members,
        CancellationToken ct
    )
    {
        await members.Add(http.Organization(), userLogin, body.Value.Role, body.Value.FgaRoleId, http.Actor(), ct);
        return OnWire(await members.Find(http.Organization(), userLogin, ct), http.Organization().IsAdmin);
    }

    private static async Task<IResult> Change(
        HttpContext http,
        string userLogin,
        Body<ChangeMemberRequest> body,
        Members members,
        CancellationToken ct
    )
    {
        await members.SetRole(http.Organization(), userLogin, body.Value.Role, body.Value.FgaRoleId, http.Actor(), ct);
        return Results.NoContent();
    }

    private static async Task<IResult> Remove(HttpContext http, string userLogin, Members members, CancellationToken ct)
    {
        await members.Remove(http.Organization(), userLogin, http.Actor(), ct);
        return Results.NoContent();
    }

    private static OrganizationMember OnWire(Member member, bool withEmail) =>
        new(
            member.Role,
            new(member.Login, member.Name, AvatarUrl: "", withEmail ? member.Email : null),
            Rfc3339(member.CreatedMs),
            KnownToPulumi: true,
            VirtualAdmin: false,
            new(member.RoleId ?? member.Role, member.RoleLabel, Rfc3339(member.CreatedMs))
        );
}
