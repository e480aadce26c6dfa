using System.Text.Json.Nodes;
using Cli.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace Cli.Tests.Org;

/// <summary>Custom roles, against answers of the published shape.</summary>
public sealed class RoleCommandTests : IAsyncLifetime
{
    private const string Roles = "/api/orgs/alice/roles";

    private readonly Workspace _work = new();
    private readonly Dictionary<string, (int Status, string Body)> _answers = [];
    private FakeCloud _cloud = null!;

    public async ValueTask InitializeAsync()
    {
        _cloud = await FakeCloud.Start();
        _cloud.Special = async http =>
        {
            if (!_answers.TryGetValue($"{http.Request.Method} {http.Request.Path}{http.Request.QueryString}", out var answer))
            {
                return false;
            }
            http.Response.StatusCode = answer.Status;
            if (answer.Status != 204)
            {
                await http.Response.WriteAsync(answer.Body);
            }
            return true;
        };
        _work.Machine.Variables["PULUMI_ACCESS_TOKEN"] = "good";
        _work.Machine.Variables["PULUMI_BACKEND_URL"] = _cloud.Url;
        await _work.Run("login");
    }

    public async ValueTask DisposeAsync()
    {
        _work.Dispose();
        await _cloud.DisposeAsync();
    }

    [Fact]
    public async Task Roles_are_listed_with_the_columns_that_have_something()
    {
        Answer(
            "GET",
            Roles + "?uxPurpose=role",
            $$"""{"roles":[{{Role("r1", "deployers")}},{{Role("r2", "readers", isDefault: true)}}]}"""
        );
        Answer("GET", "/api/orgs/acme/roles?uxPurpose=set", """{"roles":[]}""");

        (await _work.Do("org", "role", "ls")).ShouldBe(
            """
            ID  NAME       PURPOSE  VERSION  DEFAULT
            r1  deployers  role     3
            r2  readers    role     3        yes

            """
        );
        (await _work.Do("org", "role", "list", "--org", "acme", "--purpose", "set")).ShouldBe("No roles found\n");
        var json = JsonNode.Parse(await _work.Do("org", "role", "list", "--output", "json"))!;
        (json["organization"]!.ToString(), json["count"]!.GetValue<int>()).ShouldBe(("alice", 2));
        json["roles"]![1]!
            .ToJsonString()
            .ShouldBe(
                """{"id":"r2","name":"readers","description":"","purpose":"role","version":3,"isOrgDefault":true,"created":"2030-01-01T00:00:00Z","modified":"2030-01-02T00:00:00Z"}"""
            );
    }

    [Fact]
    public async Task A_role_is_made_from_a_file_and_changed()
    {
        Write("details.json", """{"__type":"PermissionDescriptorAllow","permissions":["stack:read"]}""");
        Answer("POST", Roles, Role("r3", "readers"));
        Answer("GET", Roles + "/r3", Role("r3", "readers"));
        Answer("PATCH", Roles + "/r3", Role("r3", "viewers"));

        (await _work.Do("org", "role", "new", "readers", "details.json", "--description", "They look")).ShouldBe(
            "Role 'readers' (r3) of 'alice' has been created.\n"
        );
        Sent("POST")
            .ShouldBe(
                """{"name":"readers","description":"They look","uxPurpose":"role","details":{"__type":"PermissionDescriptorAllow","permissions":["stack:read"]}}"""
            );

        var json = JsonNode.Parse(await _work.Do("org", "role", "edit", "r3", "--name", "viewers", "--output", "json"))!;
        (json["action"]!.ToString(), json["role"]!["name"]!.ToString()).ShouldBe(("updated", "viewers"));
        Sent("PATCH").ShouldBe("""{"name":"viewers","description":"","details":{"__type":"PermissionDescriptorAllow"}}""");
    }

    [Fact]
    public async Task A_role_is_given_to_a_team_and_removed()
    {
        Answer("POST", "/api/orgs/alice/teams/platform/roles/r1", "", 204);
        Answer("DELETE", Roles + "/r1", """{"code":409,"message":"Conflict: The role is in use"}""", 409);
        Answer("DELETE", Roles + "/r1?force=true", "", 204);

        (await _work.Do("org", "role", "assign", "r1", "platform")).ShouldBe("The team 'platform' of 'alice' now has the role 'r1'.\n");
        (await _work.Run("org", "role", "rm", "r1", "--yes")).Error.ShouldBe("error: [409] Conflict: The role is in use\n");
        (await _work.Run("org", "role", "rm", "r1", "--force")).Error.ShouldBe("error: non-interactive mode requires --yes flag\n");
        (await _work.Do("org", "role", "rm", "r1", "--force", "--yes")).ShouldBe("Role 'r1' has been removed from 'alice'.\n");
        JsonNode
            .Parse(await _work.Do("org", "role", "rm", "r1", "--force", "--yes", "--output", "json"))!
            .ToJsonString()
            .ShouldBe("""{"organization":"alice","action":"deleted","roleId":"r1","forced":true}""");
    }

    [Fact]
    public async Task What_cannot_be_sent_is_told_before_anything_is_asked()
    {
        Write("list.json", "[]");
        var before = _cloud.Requests.Count;

        (await _work.Run("org", "role", "new", "readers", "nowhere.json")).Error.ShouldStartWith(
            "error: could not read the permissions in 'nowhere.json': "
        );
        (await _work.Run("org", "role", "edit", "r1", "--details-file", "list.json")).Error.ShouldStartWith(
            "error: 'list.json' must hold a JSON object, the tree of permissions: "
        );
        (await _work.Run("org", "role", "edit", "r1")).Error.ShouldBe(
            "error: one of --name, --description and --details-file must be given\n"
        );

        _cloud.Lines.Skip(before).ShouldNotContain(line => line.Contains("/roles", StringComparison.Ordinal));
        _work.Machine.Variables["PULUMI_BACKEND_URL"] = _work.Url;
        (await _work.Run("org", "role", "list")).Error.ShouldContain("do not support organizations; log in to a cloud");
    }

    private static string Role(string id, string name, bool isDefault = false) =>
        $$"""{"id":"{{id}}","orgId":"o","name":"{{name}}","uxPurpose":"role","details":{"__type":"PermissionDescriptorAllow"},"version":3,"isOrgDefault":{{(isDefault ? "true" : "false")}},"created":"2030-01-01T00:00:00Z","modified":"2030-01-02T00:00:00Z"}""";

    private void Answer(string method, string path, string body, int status = 200) => _answers[$"{method} {path}"] = (status, body);

    private string Sent(string method) =>
        _cloud.Requests.Last(request => request.Line.StartsWith(method + " ", StringComparison.Ordinal)).Body;

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_work.Machine.Work, name), text);
}
