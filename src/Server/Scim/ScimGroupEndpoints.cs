using System.Text.Json.Nodes;
using Server.Settings;

namespace Server.Scim;

/// <summary>/scim/v2/{org}/Groups</summary>
public static class ScimGroupEndpoints
{
    public static void MapGroups(this IEndpointRouteBuilder scim)
    {
        scim.MapGet("/Groups", List);
        scim.MapPost("/Groups", Create);
        scim.MapGet("/Groups/{id}", Read);
        scim.MapPut("/Groups/{id}", Replace);
        scim.MapPatch("/Groups/{id}", Patch);
        scim.MapDelete("/Groups/{id}", Delete);
    }

    /// <summary>All of them at once, as there.</summary>
    private static async Task<IResult> List(
        HttpContext http,
        ScimCaller caller,
        ScimGroupStore store,
        ServerSettings settings,
        string? filter
    )
    {
        var wanted = ScimFilter.Value(filter, "displayName");
        var groups = await store.List(caller.OrganizationId, http.RequestAborted);
        var members = (await store.Members(caller.OrganizationId, http.RequestAborted)).ToLookup(m => m.TeamId);
        var found = groups
            .Where(g => wanted is null || g.DisplayName.Equals(wanted, StringComparison.OrdinalIgnoreCase))
            .Select(g => g.ToJson(ScimEndpoints.Address(settings, caller), members[g.Id]))
            .ToList();
        return ScimJson.Answer(ScimJson.List(found, found.Count, 1));
    }

    private static async Task<IResult> Create(
        HttpContext http,
        ScimCaller caller,
        ScimGroups groups,
        ScimGroupStore store,
        ServerSettings settings
    )
    {
        var made = await groups.Create(http, caller, Wish(await ScimJson.Body(http)));
        var body = await Json(http, caller, store, settings, made);
        http.Response.Headers.Location = body["meta"]!["location"]!.GetValue<string>();
        return ScimJson.Answer(body, StatusCodes.Status201Created);
    }

    private static async Task<IResult> Read(
        HttpContext http,
        ScimCaller caller,
        ScimGroupStore store,
        ServerSettings settings,
        string id
    ) => ScimJson.Answer(await Json(http, caller, store, settings, await Find(http, caller, store, id)));

    private static async Task<IResult> Replace(
        HttpContext http,
        ScimCaller caller,
        ScimGroups groups,
        ScimGroupStore store,
        ServerSettings settings,
        string id
    )
    {
        var before = await Find(http, caller, store, id);
        var after = await groups.Change(http, caller, before, Wish(await ScimJson.Body(http)));
        return ScimJson.Answer(await Json(http, caller, store, settings, after));
    }

    private static async Task<IResult> Patch(
        HttpContext http,
        ScimCaller caller,
        ScimGroups groups,
        ScimGroupStore store,
        ServerSettings settings,
        string id
    )
    {
        var before = await Find(http, caller, store, id);
        var members = (await store.Members(caller.OrganizationId, http.RequestAborted)).Where(m => m.TeamId == id).Select(m => m.UserId);
        var wish = ScimGroupPatch.Apply(before, members, ScimPatch.Read(await ScimJson.Body(http)));
        return ScimJson.Answer(await Json(http, caller, store, settings, await groups.Change(http, caller, before, wish)));
    }

    private static async Task<IResult> Delete(HttpContext http, ScimCaller caller, ScimGroups groups, ScimGroupStore store, string id)
    {
        await groups.Delete(http, caller, await Find(http, caller, store, id));
        return Results.NoContent();
    }

    private static ScimGroupWish Wish(JsonObject body) =>
        new(ScimGroup.CheckName(body.Text("displayName")), body.Text("externalId"), ScimGroupPatch.Ids(body.Member("members")).ToHashSet());

    private static async Task<ScimGroup> Find(HttpContext http, ScimCaller caller, ScimGroupStore store, string id) =>
        await store.Find(caller.OrganizationId, id, http.RequestAborted) ?? throw ScimException.NotFound("group", id);

    private static async Task<JsonObject> Json(
        HttpContext http,
        ScimCaller caller,
        ScimGroupStore store,
        ServerSettings settings,
        ScimGroup group
    )
    {
        var members = await store.Members(caller.OrganizationId, http.RequestAborted);
        return group.ToJson(ScimEndpoints.Address(settings, caller), members.Where(m => m.TeamId == group.Id));
    }
}
