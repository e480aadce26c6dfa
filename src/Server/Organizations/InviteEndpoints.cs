using Server.Audit;
using Server.Auth;
using Server.Http;
using Wire;

namespace Server.Organizations;

/// <summary>/api/orgs/{org}/invites. They are accepted in the console.</summary>
public static class InviteEndpoints
{
    private const string Route = "/api/orgs/{orgName}/invites";
    private const int MostAtOnce = 100;

    public static void MapInvites(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Route, List).RequireMember(Permission.InvitesRead);
        routes.MapPost(Route + "/link", Create).RequireMember(Permission.InvitesCreate);
        routes.MapPost(Route + "/batch", CreateAll).RequireMember(Permission.InvitesCreate);
        routes.MapDelete(Route + "/{inviteID}", Revoke).RequireMember(Permission.InvitesCreate);
    }

    private static async Task<ListInvitesResponse> List(HttpContext http, InviteStore invites, TimeProvider clock, CancellationToken ct)
    {
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var open = await invites.Open(http.Organization().Id, ct);
        return new([
            .. open.Select(i => new PendingInvite(
                i.Id,
                i.Email,
                i.Role,
                i.RoleId,
                AcceptInviteUrl: "",
                i.CreatedMs / 1000,
                new(i.InviterLogin, i.InviterName, AvatarUrl: ""),
                i.ExpiresMs > now ? "invited" : "expired"
            )),
        ]);
    }

    private static async Task<CreateInviteResponse> Create(
        HttpContext http,
        Body<CreateInviteRequest> body,
        Invites invites,
        CancellationToken ct
    )
    {
        var made = await invites.Create(http.Organization(), body.Value.Email, body.Value.Role, body.Value.RoleId, http.Actor(), ct);
        return new(made.Id, made.Address);
    }

    private static async Task<BatchInviteResponse> CreateAll(
        HttpContext http,
        Body<BatchInviteRequest> body,
        Invites invites,
        CancellationToken ct
    )
    {
        var asked = body.Value.Invites ?? [];
        if (asked.Count > MostAtOnce)
        {
            throw ApiException.BadRequest($"At most {MostAtOnce} people are invited at once.");
        }
        var (sent, failed) = (new List<CreateInviteResponse>(), new List<CreateInviteRequest>());
        foreach (var one in asked.OfType<CreateInviteRequest>())
        {
            try
            {
                var made = await invites.Create(http.Organization(), one.Email, one.Role, one.RoleId, http.Actor(), ct);
                sent.Add(new(made.Id, made.Address));
            }
            catch (ApiException refused) when (refused.Status == StatusCodes.Status400BadRequest)
            {
                failed.Add(one with { Role = one.Role ?? "" });
            }
        }
        return new(sent, failed);
    }

    private static async Task<IResult> Revoke(HttpContext http, string inviteID, Invites invites, CancellationToken ct)
    {
        await invites.Revoke(http.Organization(), inviteID, http.Actor(), ct);
        return Results.NoContent();
    }
}
