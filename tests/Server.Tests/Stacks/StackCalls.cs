using System.Net;
using System.Net.Http.Json;
using System.Text;
using Wire;

namespace Server.Tests.Stacks;

/// <summary>What tests ask about stacks again and again.</summary>
internal static class StackCalls
{
    public static Task<HttpResponseMessage> Post(this HttpClient client, string path, string json) =>
        client.PostAsync(path, new StringContent(json, Encoding.UTF8));

    public static Task<HttpResponseMessage> Patch(this HttpClient client, string path, string json) =>
        client.PatchAsync(path, new StringContent(json, Encoding.UTF8));

    /// <param name="stack"><c>org/project/stack</c></param>
    public static async Task CreateStack(this HttpClient client, string stack, string tags = "{}")
    {
        var slash = stack.LastIndexOf('/');
        var answer = await client.Post($"/api/stacks/{stack[..slash]}", $$"""{"stackName":"{{stack[(slash + 1)..]}}","tags":{{tags}}}""");
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
    }

    public static async Task<StackResponse> ReadStack(this HttpClient client, string stack) =>
        (await client.GetFromJsonAsync($"/api/stacks/{stack}", WireJson.Default.StackResponse))!;

    public static async Task<ListStacksResponse> ListStacks(this HttpClient client, string query = "") =>
        (await client.GetFromJsonAsync($"/api/user/stacks?{query}", WireJson.Default.ListStacksResponse))!;

    public static IEnumerable<string> Names(this ListStacksResponse list) =>
        list.Stacks.Select(s => $"{s.OrgName}/{s.ProjectName}/{s.StackName}");

    public static async Task ShouldBe(this Task<HttpResponseMessage> answering, int status, string message)
    {
        var answer = await answering;
        ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync()).ShouldBe(
            (status, $$"""{"code":{{status}},"message":"{{message}}"}""")
        );
    }
}
