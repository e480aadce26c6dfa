using System.Net.Http.Json;
using Server.Tests.Stacks;
using Wire;

namespace Server.Tests.Roles;

/// <summary>What tests say of roles again and again.</summary>
internal static class RoleCalls
{
    public const string Roles = "/api/orgs/acme/roles";

    public static string Allow(params string[] permissions) =>
        $$"""{"__type":"PermissionDescriptorAllow","permissions":[{{string.Join(',', permissions.Select(p => $"\"{p}\""))}}]}""";

    public static string Group(params string[] entries) =>
        $$"""{"__type":"PermissionDescriptorGroup","entries":[{{string.Join(',', entries)}}]}""";

    public static string If(string condition, string node) =>
        $$"""{"__type":"PermissionDescriptorCondition","condition":{{condition}},"subNode":{{node}}}""";

    public static string Compose(params string[] ids) =>
        $$"""{"__type":"PermissionDescriptorCompose","permissionDescriptors":[{{string.Join(',', ids.Select(p => $"\"{p}\""))}}]}""";

    public static string Equal(string left, string right) =>
        $$"""{"__type":"PermissionExpressionEqual","left":{{left}},"right":{{right}}}""";

    public static string TagIs(string key, string value) =>
        Equal(
            $$"""{"__type":"PermissionExpressionTag","context":{"__type":"PermissionExpressionStack"},"key":"{{key}}"}""",
            $$"""{"__type":"PermissionLiteralExpressionString","value":"{{value}}"}"""
        );

    public static string StackIs(string id) =>
        Equal("""{"__type":"PermissionExpressionStack"}""", $$"""{"__type":"PermissionLiteralExpressionStack","identity":"{{id}}"}""");

    public static Task<HttpResponseMessage> PostRole(this HttpClient client, string name, string details, string purpose = "role") =>
        client.Post(Roles, $$"""{"name":"{{name}}","uxPurpose":"{{purpose}}","details":{{details}}}""");

    /// <returns>Its id.</returns>
    public static async Task<string> MakeRole(this HttpClient client, string name, string details, string purpose = "role")
    {
        var answer = await client.PostRole(name, details, purpose);
        ((int)answer.StatusCode).ShouldBe(200, await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync(WireJson.Default.PermissionDescriptorRecord))!.Id;
    }

    public static Task<HttpResponseMessage> PatchRole(this HttpClient client, string id, string details) =>
        client.Patch($"{Roles}/{id}", $$"""{"details":{{details}}}""");

    public static async Task GiveRole(this HttpClient client, string login, string id) =>
        (await client.Patch($"/api/orgs/acme/members/{login}", $$"""{"fgaRoleId":"{{id}}"}""")).EnsureSuccessStatusCode();

    public static async Task<int> Status(this Task<HttpResponseMessage> answering) => (int)(await answering).StatusCode;
}
