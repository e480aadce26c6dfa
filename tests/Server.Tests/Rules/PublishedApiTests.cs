using Support;

namespace Server.Tests.Rules;

public class PublishedApiTests
{
    /// <summary>
    /// Names a copy of the whole OpenAPI document; then this test writes the extract anew. What Pulumi publishes at api.pulumi.com is
    /// <c>/api/openapi/pulumi-spec.json</c>.
    /// </summary>
    private const string Document = "PULUMI_OPENAPI";

    private static readonly string File = Path.Combine(Repository.Root, "tests", "Support", "Published", "published-api.json");

    [Fact]
    public void The_extract_holds_facts_only()
    {
        if (Environment.GetEnvironmentVariable(Document) is { } document)
        {
            System.IO.File.WriteAllText(File, PublishedApiExtract.Make(System.IO.File.ReadAllText(document)));
        }
        var extract = System.IO.File.ReadAllText(File);

        extract.Length.ShouldBeGreaterThan(50_000);
        extract.ShouldNotContain("\"description\":\"");
        (PublishedApiExtract.Make(extract) == extract).ShouldBeTrue("an extract of the extract differs");
    }

    [Theory]
    [InlineData("GET", "/api/user/tokens?filter=all", 200, """{"tokens":[]}""", "")]
    [InlineData("GET", "/api/user/tokens", 200, """{"tokens":{}}""", "/tokens")]
    [InlineData("GET", "/api/user/tokens", 200, "{}", "body")]
    [InlineData("GET", "/api/user/tokens", 200, "", "body")]
    [InlineData("GET", "/api/user/tokens", 200, "{", "body")]
    [InlineData("GET", "/api/user/tokens", 201, """{"tokens":[]}""", "status")]
    [InlineData("GET", "/api/user/tokens", 401, """{"message":"no code"}""", "body")]
    [InlineData("DELETE", "/api/user/tokens/1", 204, "", "")]
    [InlineData("GET", "/api/nobody/described/this", 200, "7", "")]
    [InlineData(
        "GET",
        "/api/user/tokens",
        200,
        """{"tokens":[{"admin":1,"created":"","createdBy":"","description":"","expires":0,"id":"","lastUsed":0,"name":"","type":"odd"}]}""",
        "/tokens/0/admin /tokens/0/type"
    )]
    public void Every_violation_is_found_and_says_where(string method, string path, int status, string json, string where)
    {
        var found = PublishedApi.Validate(method, path, status, json);

        found
            .Select(v => v.Split(':')[0])
            .Distinct()
            .Order(StringComparer.Ordinal)
            .ShouldBe(where.Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task Every_answer_to_a_tests_client_is_held_against_it()
    {
        await using var server = await TestServer.Start();
        using var client = server.Client(new Answer("""{"id":7}"""));

        var refused = await Should.ThrowAsync<PublishedApiException>(() => client.GetAsync("/api/user"));

        refused.Message.ShouldContain("/id: ");
        refused.Message.ShouldContain("githubLogin");
    }

    /// <summary>A server that answers wrongly.</summary>
    private sealed class Answer(string json) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage { Content = new StringContent(json) });
    }
}
