using System.Text.Json.Nodes;
using Cli.Tests.Support;
using Microsoft.AspNetCore.Http;
using Support;

namespace Cli.Tests.RawApi;

/// <summary>Any call, on the real server and on one that describes itself as Pulumi Cloud does.</summary>
public sealed class ApiCommandTests : IAsyncLifetime
{
    private const string Spec = """
        {"openapi":"3.0.3","components":{"schemas":{"Team":{"type":"object","properties":{"name":{"type":"string"},"parent":{"$ref":"#/components/schemas/Team"}}}}},
        "paths":{
          "/api/orgs/{orgName}/teams":{
            "get":{"operationId":"ListTeams","summary":"Lists teams","parameters":[{"name":"orgName","in":"path","required":true,"schema":{"type":"string"}},{"name":"filter","in":"query","schema":{"type":"string"}}],"responses":{"200":{"content":{"application/json":{"schema":{"type":"array"}}}}}},
            "post":{"operationId":"CreateTeam","summary":"Creates a team","requestBody":{"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Team"}}}},"responses":{}}},
          "/api/orgs/{orgName}/old":{"get":{"operationId":"Old","deprecated":true,"responses":{}}},
          "/api/orgs/{orgName}/new":{"get":{"operationId":"New","x-pulumi-route-property":{"Visibility":"Preview"},"responses":{}}}
        }}
        """;

    private readonly Workspace _work = new();
    private TestServer _server = null!;
    private FakeCloud _cloud = null!;

    private string Url => _server.Url.ToString().TrimEnd('/');

    public async ValueTask InitializeAsync()
    {
        _server = await TestServer.Start();
        _cloud = await FakeCloud.Start();
        _cloud.Special = async http =>
        {
            var answer = http.Request.Path.Value switch
            {
                "/api/openapi/pulumi-spec.json" => Spec,
                "/api/pages" => http.Request.Query["continuationToken"].ToString() switch
                {
                    "" => """{"items":[1,2],"continuationToken":"next","total":3}""",
                    _ => """{"items":[3],"total":3}""",
                },
                "/api/fail/403" or "/api/fail/500" => "no",
                var path when path!.StartsWith("/api/orgs/", StringComparison.Ordinal) => """{"done":true}""",
                _ => null,
            };
            if (answer is not null)
            {
                http.Response.StatusCode = answer == "no" ? int.Parse(http.Request.Path.Value![^3..], null) : 200;
                http.Response.Headers["X-Odd"] = "yes";
                await http.Response.WriteAsync(answer);
            }
            return answer is not null;
        };
        _work.Machine.Variables["PULUMI_ACCESS_TOKEN"] = await _server.TokenOf(await _server.AddAccount("alice"));
        _work.Machine.Variables["PULUMI_BACKEND_URL"] = Url;
        await _work.Run("login");
    }

    public async ValueTask DisposeAsync()
    {
        _work.Dispose();
        await _cloud.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_path_of_the_server_is_called()
    {
        JsonNode.Parse(await _work.Do("api", "/api/user"))!["githubLogin"]!.ToString().ShouldBe("alice");
        JsonNode.Parse(await _work.Do("api", "api/user"))!["githubLogin"]!.ToString().ShouldBe("alice");
        (
            await _work.Do(
                "api",
                "/api/stacks/{orgName}/{projectName}",
                "-F",
                "orgName=alice",
                "-f",
                "projectName=web",
                "-F",
                "stackName=dev"
            )
        ).ShouldContain("{");
        (await _work.Do("stack", "ls")).ShouldContain("dev");
        (await _work.Do("api", "/api/stacks/alice/web/dev/tags", "--body", """{"name":"tier","value":"gold"}""", "--silent")).ShouldBe("");
        (await _work.Do("stack", "tag", "get", "tier", "-s", "dev")).ShouldBe("gold\n");
        (await _work.Do("api", "/api/stacks/alice/web/dev", "-X", "delete", "-i")).ShouldStartWith("HTTP 204\n");
    }

    [Fact]
    public async Task The_server_says_what_it_can_be_asked()
    {
        var list = await _work.Do("api", "ls");
        list.ShouldStartWith("METHOD  PATH ");
        list.ShouldContain("GET     /api/user\n");
        list.Split('\n')
            .Single(line => line.StartsWith("POST    /api/stacks/{orgName}/{projectName}/{stackName}/import ", StringComparison.Ordinal))
            .ShouldEndWith("Needs the permission stack:import");
        (await _work.Do("api", "describe", "/api/stacks/alice/web/dev/import", "-X", "post")).ShouldBe(
            """
            POST /api/stacks/{orgName}/{projectName}/{stackName}/import
            Needs the permission stack:import

            Parameters:
              NAME         IN    TYPE    REQUIRED
              orgName      path  string  yes
              projectName  path  string  yes
              stackName    path  string  yes

            """
        );
        (await _work.Run("api", "describe", "/api/stacks/alice/web/dev/import")).Error.ShouldBe(
            "error: /api/stacks/alice/web/dev/import takes no GET; name one of POST with --method\n"
        );
        (await _work.Run("api", "describe", "/api/nothing")).Error.ShouldContain("`pulumi api list` shows which there are");
    }

    [Fact]
    public async Task What_the_server_refuses_is_printed_and_tells_by_the_exit_code()
    {
        var refused = await _work.Run("api", "/api/stacks/alice/web/none");
        refused.Exit.ShouldBe(1);
        JsonNode.Parse(refused.Out)!["code"]!.GetValue<int>().ShouldBe(404);
        refused.Error.ShouldBe("error: GET /api/stacks/alice/web/none was answered with 404\n");
        (await Fake("api", "/api/fail/403")).ShouldBe(new(3, "no", "error: GET /api/fail/403 was answered with 403\n"));
        (await Fake("api", "/api/fail/500", "-X", "POST")).Exit.ShouldBe(255);
    }

    [Fact]
    public async Task Operations_have_names_where_the_cloud_gives_them()
    {
        (await Fake("api", "list", "--include-preview=false")).Out.ShouldBe(
            """
            METHOD  PATH                       OPERATION   SUMMARY
            GET     /api/orgs/{orgName}/teams  ListTeams   Lists teams
            POST    /api/orgs/{orgName}/teams  CreateTeam  Creates a team

            """
        );
        JsonNode.Parse((await Fake("api", "list", "--include-deprecated", "--output", "json")).Out)!["count"]!.GetValue<int>().ShouldBe(4);

        (await Fake("api", "listteams", "-f", "orgName=a/b", "-F", "filter=x y")).Exit.ShouldBe(0);
        _cloud.Requests.Last().Line.ShouldBe("GET /api/orgs/a%2Fb/teams");
        (
            await Fake("api", "CreateTeam", "-F", "orgName=acme", "-F", "size=3", "-f", "code=3", "-F", "open=true", "--dry-run")
        ).Out.ShouldBe(
            $$"""
            POST {{_cloud.Url}}/api/orgs/acme/teams

            {"size":3,"open":true,"code":"3"}

            """
        );
        (await Fake("api", "CreateTeam")).Error.ShouldBe("error: the path has parameters without a value; add -f orgName=…\n");
        (await Fake("api", "Nothing")).Error.ShouldStartWith("error: there is no operation 'Nothing'");
        (await Fake("api", "describe", "CreateTeam")).Out.ShouldContain("Body:\n{\n  \"type\": \"object\"");
    }

    [Fact]
    public async Task Pages_are_put_together_and_answers_have_an_envelope()
    {
        (await Fake("api", "/api/pages", "--all", "--output", "json")).Out.ShouldBe(
            """
            {
              "version": 1,
              "method": "GET",
              "path": "/api/pages",
              "status": 200,
              "body": {
                "items": [
                  1,
                  2,
                  3
                ],
                "total": 3
              }
            }

            """
        );
        var said = (await Fake("api", "/api/pages", "--verbose", "--silent", "-H", "X-Mine: 7")).Error;
        said.ShouldStartWith($"GET {_cloud.Url}/api/pages\nX-Mine: 7\nHTTP 200\n");
        said.ShouldContain("X-Odd: yes\n");
        said.ShouldNotContain("good");
        _cloud.Requests.Last().Headers["X-Mine"].ShouldBe("7");
    }

    [Theory]
    [InlineData("is not an address of", "https://example.com/api/user")]
    [InlineData("is not an address of", "//example.com/api/user")]
    [InlineData("is no HTTP method", "/api/user", "-X", "LOOK")]
    [InlineData("is no field; write it as name=value", "/api/user", "-F", "x")]
    [InlineData("the login gives the Authorization header", "/api/user", "-H", "authorization: token x")]
    [InlineData("is no header", "/api/user", "-H", "x")]
    [InlineData("--all puts the pages of a GET together", "/api/user", "-X", "POST", "--all")]
    [InlineData("only one of --body and --input", "/api/user", "--body", "{}", "--input", "-")]
    [InlineData("could not read 'nowhere'", "/api/user", "--input", "nowhere")]
    [InlineData("--envelope-version must be 1", "/api/user", "--envelope-version", "2")]
    public async Task What_cannot_be_sent_is_not(string why, params string[] words)
    {
        var before = _cloud.Requests.Count;

        (await Fake(["api", .. words])).Error.ShouldContain(why);

        _cloud.Requests.Skip(before).ShouldNotContain(request => request.Line.EndsWith("/api/pages", StringComparison.Ordinal));
    }

    private async Task<Result> Fake(params string[] words)
    {
        _work.Machine.Variables["PULUMI_ACCESS_TOKEN"] = "good";
        _work.Machine.Variables["PULUMI_BACKEND_URL"] = _cloud.Url;
        if (!_work.Machine.CredentialsText.Contains(_cloud.Url, StringComparison.Ordinal))
        {
            var special = _cloud.Special;
            _cloud.Special = null;
            await _work.Run("login");
            _cloud.Special = special;
        }
        return await _work.Run(words);
    }
}
