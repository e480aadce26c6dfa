using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Server.Data;
using Server.Tests.Saml;
using Support;

namespace Server.Tests.Scim;

public class ScimGroupTests
{
    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task A_group_is_a_team_with_the_members_that_the_directory_says(Engine engine)
    {
        await using var bed = await SamlTestbed.Start(engine);
        using var scim = await ScimTests.Directory(bed);
        var (ann, bob) = (await User(scim, "ann"), await User(scim, "bob"));

        var made = await scim.Send("POST", "Groups", Group("Platform Team", ann), HttpStatusCode.Created);
        var id = made["id"]!.GetValue<string>();
        made["meta"]!["location"]!.GetValue<string>().ShouldBe($"{bed.Server.Url}scim/v2/Acme/Groups/{id}");
        (await scim.Send("GET", "Groups/" + id)).ToJsonString().ShouldBe(made.ToJsonString());
        (await Teams(bed)).ShouldBe(["Platform-Team (Platform Team, scim): ann"]);

        await scim.Send("PUT", "Groups/" + id, Group("Platform", bob));
        (await Teams(bed)).ShouldBe(["Platform-Team (Platform, scim): bob"]);
        var found = await scim.Send("GET", "Groups?filter=" + Uri.EscapeDataString("displayName eq \"PLATFORM\""));
        found["totalResults"]!.GetValue<int>().ShouldBe(1);
        (await scim.Send("GET", "Groups?filter=" + Uri.EscapeDataString("displayName eq \"x\"")))["totalResults"]!
            .GetValue<int>()
            .ShouldBe(0);

        await scim.Send("DELETE", "Groups/" + id, status: HttpStatusCode.NoContent);
        (await Teams(bed)).ShouldBeEmpty();
        (await scim.Status("/scim/v2/Acme/Groups/" + id)).ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("Okta adds", """{"op":"add","path":"members","value":[{"value":"BOB","display":"bob"}]}""", "ann, bob")]
    [InlineData("Okta removes", """{"op":"remove","path":"members[value eq \"ANN\"]"}""", "")]
    [InlineData("Okta replaces", """{"op":"replace","path":"members","value":[{"value":"BOB"}]}""", "bob")]
    [InlineData("Okta renames", """{"op":"replace","value":{"id":"x","displayName":"Team"}}""", "ann")]
    [InlineData("Entra adds", """{"op":"Add","path":"members","value":[{"$ref":null,"value":"BOB"}]}""", "ann, bob")]
    [InlineData("Entra removes", """{"op":"Remove","path":"members","value":[{"$ref":null,"value":"ANN"}]}""", "")]
    [InlineData("all go", """{"op":"remove","path":"members"}""", "")]
    public async Task Changes_come_in_several_dialects(string dialect, string operation, string members)
    {
        await using var bed = await SamlTestbed.Start();
        using var scim = await ScimTests.Directory(bed);
        var (ann, bob) = (await User(scim, "ann"), await User(scim, "bob"));
        var id = (await scim.Send("POST", "Groups", Group("Team", ann), HttpStatusCode.Created))["id"]!.GetValue<string>();

        var change = operation.Replace("ANN", ann, StringComparison.Ordinal).Replace("BOB", bob, StringComparison.Ordinal);
        await scim.Send("PATCH", "Groups/" + id, $$"""{"Operations":[{{change}}]}""");

        (await Teams(bed)).ShouldBe([$"Team (Team, scim): {members}"], dialect);
    }

    [Fact]
    public async Task An_unknown_member_fails_the_whole_request_and_a_name_is_given_once()
    {
        await using var bed = await SamlTestbed.Start();
        using var scim = await ScimTests.Directory(bed);
        var ann = await User(scim, "ann");
        await scim.Send("POST", "Groups", Group("Team", ann), HttpStatusCode.Created);

        var refused = await scim.Send("POST", "Groups", Group("Other", ann, "nobody"), HttpStatusCode.BadRequest);
        refused["detail"]!.GetValue<string>().ShouldContain("There is no user with the id 'nobody', so nothing was changed.");
        (await scim.Send("POST", "Groups", Group("TEAM"), HttpStatusCode.Conflict))["scimType"]!.GetValue<string>().ShouldBe("uniqueness");
        await scim.Send("POST", "Groups", Group(new string('x', 101)), HttpStatusCode.BadRequest);
        await scim.Send("POST", "Groups", Group(""), HttpStatusCode.BadRequest);
        (await Teams(bed)).ShouldBe(["Team (Team, scim): ann"]);
        await scim.Send("POST", "Groups", Group("Te am"), HttpStatusCode.Created);
        await scim.Send("POST", "Groups", Group("Te-am"), HttpStatusCode.Created);
        (await Teams(bed)).ShouldBe(["Te-am (Te am, scim): ", "Te-am-2 (Te-am, scim): ", "Team (Team, scim): ann"]);
    }

    private static async Task<string> User(ScimClient scim, string name) =>
        (await scim.Send("POST", "Users", ScimTests.User($"{name}@corp.example", name, "L"), HttpStatusCode.Created))[
            "id"
        ]!.GetValue<string>();

    private static string Group(string name, params string[] members) =>
        new JsonObject
        {
            ["schemas"] = new JsonArray("urn:ietf:params:scim:schemas:core:2.0:Group"),
            ["displayName"] = name,
            ["members"] = new JsonArray([.. members.Select(m => new JsonObject { ["value"] = m })]),
        }.ToJsonString();

    private static async Task<List<string>> Teams(SamlTestbed bed)
    {
        var database = bed.Server.Services.GetRequiredService<Database>();
        var teams = await database.Query<string>($"SELECT name || ' (' || display_name || ', ' || kind || '): ' || id FROM teams", default);
        var found = new List<string>();
        foreach (var team in teams)
        {
            var (label, id) = (team[..^36], team[^36..]);
            var members = await database.Query<string>(
                $"SELECT a.login FROM team_members m JOIN accounts a ON a.id = m.account_id WHERE m.team_id = {id} ORDER BY a.login",
                default
            );
            found.Add(label + string.Join(", ", members));
        }
        return [.. found.Order(StringComparer.Ordinal)];
    }
}
