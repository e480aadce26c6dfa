using System.Text.Json.Nodes;
using Server.Auth;
using Server.Http;
using Server.Settings;

namespace Server.Scim;

/// <summary>What directories call (SCIM 2.0, RFC 7643 and 7644), at Pulumi Cloud's address.</summary>
public static class ScimEndpoints
{
    private const string Root = "/scim/v2/{" + ScimAuthentication.Organization + "}";
    private const long LargestBody = 4 * BodyLimit.Mebibyte; // a group with all of its members

    public static void AddScim(this IServiceCollection services)
    {
        services.AddSingleton<ScimTokenStore>();
        services.AddSingleton<ScimTokenLastUsed>();
        services.AddSingleton<LastUse>(provider => provider.GetRequiredService<ScimTokenLastUsed>());
        services.AddSingleton<ScimUserStore>();
        services.AddSingleton<ScimUsers>();
        services.AddSingleton<ScimGroupStore>();
        services.AddSingleton<ScimGroups>();
    }

    public static void MapScim(this IEndpointRouteBuilder routes)
    {
        var scim = routes.MapGroup(Root).RequireAuthorization(ScimAuthentication.Directory).LimitBody(LargestBody);
        scim.MapGet(
            "/ServiceProviderConfig",
            (ScimCaller caller, ServerSettings s) => ScimJson.Answer(ScimSchemas.Config(Address(s, caller)))
        );
        scim.MapGet("/ResourceTypes", (ScimCaller caller, ServerSettings s) => All(ScimSchemas.ResourceTypes(Address(s, caller))));
        scim.MapGet(
            "/ResourceTypes/{id}",
            (ScimCaller caller, ServerSettings s, string id) => One(ScimSchemas.ResourceTypes(Address(s, caller)), id)
        );
        scim.MapGet("/Schemas", (ScimCaller caller, ServerSettings s) => All(ScimSchemas.Schemas(Address(s, caller))));
        scim.MapGet("/Schemas/{id}", (ScimCaller caller, ServerSettings s, string id) => One(ScimSchemas.Schemas(Address(s, caller)), id));
        scim.MapGet("/Users", List);
        scim.MapPost("/Users", Create);
        scim.MapGet("/Users/{id}", Read);
        scim.MapPut("/Users/{id}", Replace);
        scim.MapPatch("/Users/{id}", Patch);
        scim.MapGroups();
    }

    /// <summary>Where an organization's directory is to call.</summary>
    public static string Address(ServerSettings settings, string organization) =>
        $"{ServerSettings.Address(settings.PublicUrl)}/scim/v2/{organization}";

    internal static string Address(ServerSettings settings, ScimCaller caller) => Address(settings, caller.Login);

    private static async Task<IResult> List(
        HttpContext http,
        ScimCaller caller,
        ScimUserStore store,
        ServerSettings settings,
        string? filter,
        string? startIndex,
        string? count
    )
    {
        var ct = http.RequestAborted;
        var root = Address(settings, caller);
        if (ScimFilter.Value(filter, "userName") is { } name)
        {
            var found = await store.FindByName(caller.OrganizationId, name, ct);
            JsonObject[] one = found is null ? [] : [found.ToJson(root)];
            return ScimJson.Answer(ScimJson.List(one, one.Length, 1));
        }
        var start = Math.Max(1, Number(startIndex, "startIndex", 1));
        var size = Math.Clamp(Number(count, "count", ScimUserStore.LargestPage), 0, ScimUserStore.LargestPage);
        var (users, total) = await store.List(caller.OrganizationId, start, size, ct);
        return ScimJson.Answer(ScimJson.List([.. users.Select(u => u.ToJson(root))], total, start));
    }

    private static async Task<IResult> Create(HttpContext http, ScimCaller caller, ScimUsers users, ServerSettings settings)
    {
        var made = await users.Create(http, caller, ScimUser.Read(await ScimJson.Body(http)));
        var body = made.ToJson(Address(settings, caller));
        http.Response.Headers.Location = body["meta"]!["location"]!.GetValue<string>();
        return ScimJson.Answer(body, StatusCodes.Status201Created);
    }

    private static async Task<IResult> Read(HttpContext http, ScimCaller caller, ScimUserStore store, ServerSettings settings, string id) =>
        ScimJson.Answer((await Find(http, caller, store, id)).ToJson(Address(settings, caller)));

    private static async Task<IResult> Replace(
        HttpContext http,
        ScimCaller caller,
        ScimUserStore store,
        ScimUsers users,
        ServerSettings settings,
        string id
    )
    {
        var before = await Find(http, caller, store, id);
        var sent = ScimUser.Read(await ScimJson.Body(http));
        var after = before with
        {
            UserName = sent.UserName,
            ExternalId = sent.ExternalId,
            DisplayName = sent.DisplayName,
            GivenName = sent.GivenName,
            FamilyName = sent.FamilyName,
            Email = sent.Email,
            Active = sent.Active,
        };
        return ScimJson.Answer((await users.Change(http, caller, before, ScimPatch.Kept(before, after))).ToJson(Address(settings, caller)));
    }

    private static async Task<IResult> Patch(
        HttpContext http,
        ScimCaller caller,
        ScimUserStore store,
        ScimUsers users,
        ServerSettings settings,
        string id
    )
    {
        var before = await Find(http, caller, store, id);
        var after = ScimPatch.Apply(before, ScimPatch.Read(await ScimJson.Body(http)));
        return ScimJson.Answer((await users.Change(http, caller, before, after)).ToJson(Address(settings, caller)));
    }

    private static async Task<ScimUser> Find(HttpContext http, ScimCaller caller, ScimUserStore store, string id) =>
        await store.Find(caller.OrganizationId, id, http.RequestAborted) ?? throw ScimException.NotFound("user", id);

    private static IResult All(JsonObject[] items) => ScimJson.Answer(ScimJson.List(items, items.Length, 1));

    private static IResult One(JsonObject[] items, string id) =>
        ScimJson.Answer(Array.Find(items, i => i["id"]!.GetValue<string>() == id) ?? throw ScimException.NotFound("such description", id));

    private static long Number(string? text, string name, long standard) =>
        string.IsNullOrEmpty(text) ? standard
        : int.TryParse(text, out var number) ? number
        : throw ScimException.Invalid($"{name} is not a number.");
}
