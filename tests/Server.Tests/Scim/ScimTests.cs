using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Server.Data;
using Server.Scim;
using Server.Tests.Saml;
using Support;

namespace Server.Tests.Scim;

public class ScimTests
{
    private const string Patch = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task A_user_is_made_found_read_and_replaced(Engine engine)
    {
        await using var bed = await SamlTestbed.Start(engine);
        using var scim = await Directory(bed);

        var made = await scim.Send("POST", "Users", User("ann@corp.example", "Ann", "Lee"), HttpStatusCode.Created);
        var id = made["id"]!.GetValue<string>();
        made["meta"]!["location"]!.GetValue<string>().ShouldBe($"{bed.Server.Url}scim/v2/Acme/Users/{id}");
        (await scim.Send("GET", "Users/" + id)).ToJsonString().ShouldBe(made.ToJsonString());
        var found = await scim.Send("GET", "Users?filter=" + Uri.EscapeDataString("userName eq \"ANN@corp.example\""));
        found["totalResults"]!.GetValue<int>().ShouldBe(1);
        found["Resources"]![0]!["id"]!.GetValue<string>().ShouldBe(id);
        (await scim.Send("GET", "Users?filter=" + Uri.EscapeDataString("userName eq \"nobody\"")))["totalResults"]!
            .GetValue<int>()
            .ShouldBe(0);

        var replaced = await scim.Send("PUT", "Users/" + id, User("ann@corp.example", "Anna", "Lee"));

        replaced["name"]!["givenName"]!.GetValue<string>().ShouldBe("Anna");
        replaced["active"]!.GetValue<bool>().ShouldBeTrue();
        bed.Provider.Next = new() { NameId = "ann@corp.example" };
        await bed.SignIn();
        await bed.ShouldBeSignedInAs("ann"); // the same account, without asking
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task Whoever_is_made_inactive_has_lost_sessions_tokens_and_membership_at_once(Engine engine)
    {
        await using var bed = await SamlTestbed.Start(engine);
        using var scim = await Directory(bed);
        var id = (await scim.Send("POST", "Users", User("ann@corp.example", "Ann", "Lee"), HttpStatusCode.Created))[
            "id"
        ]!.GetValue<string>();
        await bed.SignIn();
        await bed.ShouldBeSignedInAs("ann");
        await bed.Browser.Open("/user/settings/tokens?create");
        await bed.Browser.Submit("create-token", ("Description", "laptop"));
        using var token = bed.Server.Client(bed.Browser.Text("#token-value"));
        (await token.GetAsync("/api/user")).StatusCode.ShouldBe(HttpStatusCode.OK);

        var off = await scim.Send("PATCH", "Users/" + id, """{"Operations":[{"op":"replace","value":{"active":false}}]}""");

        off["active"]!.GetValue<bool>().ShouldBeFalse();
        (await token.GetAsync("/api/user")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        await bed.Browser.Open("/user/settings");
        bed.Browser.Path.ShouldStartWith("/signin");
        await bed.SignIn();
        await bed.ShouldBeRefused("no longer a member of Acme");

        await scim.Send("PATCH", "Users/" + id, """{"Operations":[{"op":"replace","value":{"active":true}}]}""");
        await bed.SignIn();
        await bed.ShouldBeSignedInAs("ann");
    }

    [Theory]
    [InlineData("Okta", """{"op":"replace","value":{"active":false,"name":{"familyName":"Li"},"displayName":"Ann L."}}""")]
    [InlineData(
        "Entra",
        """
            {"op":"Replace","path":"active","value":"False"},{"op":"Add","path":"name.familyName","value":"Li"},
            {"op":"Replace","path":"displayName","value":"Ann L."},{"op":"Add","path":"title","value":"Chief"}
            """
    )]
    [InlineData("Entra, dotted", """{"op":"Add","value":{"active":false,"name.familyName":"Li","displayName":"Ann L."}}""")]
    [InlineData(
        "with schemas",
        """
            {"op":"replace","path":"urn:ietf:params:scim:schemas:core:2.0:User:active","value":[{"value":"false"}]},
            {"op":"replace","path":"urn:ietf:params:scim:schemas:core:2.0:User:name.familyName","value":"Li"},
            {"op":"replace","path":"displayName","value":[{"value":"Ann L."}]}
            """
    )]
    public async Task Changes_come_in_several_dialects(string dialect, string operations)
    {
        await using var bed = await SamlTestbed.Start();
        using var scim = await Directory(bed);
        var id = (await scim.Send("POST", "Users", User("ann@corp.example", "Ann", "Lee"), HttpStatusCode.Created))[
            "id"
        ]!.GetValue<string>();

        var changed = await scim.Send("PATCH", "Users/" + id, $$"""{"schemas":["{{Patch}}"],"Operations":[{{operations}}]}""");

        dialect.ShouldNotBeEmpty();
        changed["active"]!.GetValue<bool>().ShouldBeFalse();
        changed["name"]!["familyName"]!.GetValue<string>().ShouldBe("Li");
        changed["name"]!["givenName"]!.GetValue<string>().ShouldBe("Ann");
        changed["displayName"]!.GetValue<string>().ShouldBe("Ann L.");
    }

    [Fact]
    public async Task The_address_at_work_is_changed_by_its_type()
    {
        await using var bed = await SamlTestbed.Start();
        using var scim = await Directory(bed);
        var id = (await scim.Send("POST", "Users", User("ann@corp.example", "Ann", "Lee"), HttpStatusCode.Created))[
            "id"
        ]!.GetValue<string>();

        var changed = await scim.Send(
            "PATCH",
            "Users/" + id,
            """{"Operations":[{"op":"Replace","path":"emails[type eq \"work\"].value","value":"lee@corp.example"}]}"""
        );

        changed["emails"]![0]!["value"]!.GetValue<string>().ShouldBe("lee@corp.example");
    }

    [Theory]
    [InlineData("POST", "Users", "{}", 400, "invalidValue")]
    [InlineData("POST", "Users", "[]", 400, "invalidSyntax")]
    [InlineData("POST", "Users", "{", 400, "invalidSyntax")]
    [InlineData("POST", "Users", """{"userName":"ann@corp.example"}""", 409, "uniqueness")]
    [InlineData("POST", "Users", """{"userName":"x","emails":[{"value":"no address"}]}""", 400, "invalidValue")]
    [InlineData("POST", "Users", """{"userName":"v","emails":[{"value":"victim@example.com"}]}""", 409, "uniqueness")]
    [InlineData("GET", "Users?filter=displayName+eq+%22x%22", "", 400, "invalidFilter")]
    [InlineData("GET", "Users?filter=userName+co+%22x%22", "", 400, "invalidFilter")]
    [InlineData("GET", "Users/none", "", 404, null)]
    [InlineData("GET", "Nothing", "", 404, null)]
    [InlineData(
        "PATCH",
        "Users/{id}",
        """{"Operations":[{"op":"replace","value":{"userName":"other@corp.example"}}]}""",
        400,
        "mutability"
    )]
    [InlineData("PATCH", "Users/{id}", """{"Operations":[{"op":"swap","path":"active","value":true}]}""", 400, "invalidSyntax")]
    [InlineData("PATCH", "Users/{id}", """{"Operations":[{"op":"remove"}]}""", 400, "noTarget")]
    [InlineData("PATCH", "Users/{id}", """{"Operations":[{"op":"replace","path":"active","value":7}]}""", 400, "invalidValue")]
    [InlineData("PATCH", "Users/{id}", """{"Operations":[]}""", 400, "invalidSyntax")]
    [InlineData("DELETE", "Users/{id}", "", 405, null)]
    public async Task What_cannot_be_done_is_said_as_the_standard_has_it(string method, string path, string body, int status, string? kind)
    {
        await using var bed = await SamlTestbed.Start();
        await bed.Server.AddAccount("victim");
        using var scim = await Directory(bed);
        var id = (await scim.Send("POST", "Users", User("ann@corp.example", "Ann", "Lee"), HttpStatusCode.Created))[
            "id"
        ]!.GetValue<string>();

        var error = await scim.Send(method, path.Replace("{id}", id, StringComparison.Ordinal), body, (HttpStatusCode)status);

        error["schemas"]![0]!.GetValue<string>().ShouldBe("urn:ietf:params:scim:api:messages:2.0:Error");
        error["status"]!.GetValue<string>().ShouldBe(status.ToString(System.Globalization.CultureInfo.InvariantCulture));
        error["scimType"]?.GetValue<string>().ShouldBe(kind);
        error["detail"]!.GetValue<string>().ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Pages_have_a_hundred_users_at_most()
    {
        await using var bed = await SamlTestbed.Start();
        using var scim = await Directory(bed);
        for (var i = 0; i < 102; i++)
        {
            await scim.Send("POST", "Users", User($"user{i:000}@corp.example", "U", $"{i}"), HttpStatusCode.Created);
        }

        var first = await scim.Send("GET", "Users?count=500");
        var second = await scim.Send("GET", "Users?startIndex=101&count=100");
        var none = await scim.Send("GET", "Users?count=0");

        first["totalResults"]!.GetValue<int>().ShouldBe(102);
        first["Resources"]!.AsArray().Count.ShouldBe(100);
        second["startIndex"]!.GetValue<int>().ShouldBe(101);
        second["Resources"]!.AsArray().Count.ShouldBe(2);
        none["Resources"]!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task The_token_opens_its_organizations_directory_and_nothing_else()
    {
        await using var bed = await SamlTestbed.Start();
        await SamlTestbed.AddOrganization(bed.Server, "Other", await bed.Server.AddAccount("chief"));
        using var old = await Directory(bed);
        var secret = old.Token;
        await old.Send("GET", "Users");
        (await old.Status("/scim/v2/Other/Users")).ShouldBe(HttpStatusCode.Unauthorized);
        (await old.Status("/scim/v2/nobody/Users")).ShouldBe(HttpStatusCode.Unauthorized);
        using var api = bed.Server.Client(secret);
        (await api.GetAsync("/api/user")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        using var personal = new ScimClient(bed, await bed.Server.TokenOf(await bed.Server.AddAccount("bob")));
        (await personal.Status("/scim/v2/Acme/Users")).ShouldBe(HttpStatusCode.Unauthorized);

        using var fresh = await Directory(bed);

        await fresh.Send("GET", "Users");
        (await old.Status("/scim/v2/Acme/Users")).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task An_account_that_a_person_made_loses_the_membership_and_keeps_the_rest()
    {
        await using var bed = await SamlTestbed.Start();
        var bob = await bed.Server.AddAccount("bob");
        await bed.Execute(
            $"INSERT INTO memberships (account_id, organization_id, role, is_default) VALUES ({bob.Id}, 'Acme-id', 'member', {false})"
        );
        using var scim = await Directory(bed);
        using var token = bed.Server.Client(await bed.Server.TokenOf(bob));

        var id = (await scim.Send("POST", "Users", User("bob@example.com", "Bob", "B"), HttpStatusCode.Created))["id"]!.GetValue<string>();
        await scim.Send("PATCH", "Users/" + id, """{"Operations":[{"op":"replace","path":"active","value":false}]}""");

        var user = JsonNode.Parse(await token.GetStringAsync("/api/user"))!;
        user["organizations"]!.AsArray().Select(o => o!["githubLogin"]!.GetValue<string>()).ShouldBe(["bob"]);
    }

    [Fact]
    public async Task The_directory_does_not_leave_the_organization_without_an_administrator()
    {
        await using var bed = await SamlTestbed.Start();
        using var scim = await Directory(bed);
        var id = (await scim.Send("POST", "Users", User("boss@example.com", "The", "Boss"), HttpStatusCode.Created))[
            "id"
        ]!.GetValue<string>();

        var refused = await scim.Send(
            "PATCH",
            "Users/" + id,
            """{"Operations":[{"op":"replace","path":"active","value":false}]}""",
            HttpStatusCode.Conflict
        );

        refused["detail"]!.GetValue<string>().ShouldContain("the only administrator of Acme");
        (await scim.Send("GET", "Users/" + id))["active"]!.GetValue<bool>().ShouldBeTrue();
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task Whoever_comes_back_has_nothing_of_what_teams_gave_before(Engine engine)
    {
        await using var bed = await SamlTestbed.Start(engine);
        using var scim = await Directory(bed);
        var id = (await scim.Send("POST", "Users", User("ann@corp.example", "Ann", "Lee"), HttpStatusCode.Created))[
            "id"
        ]!.GetValue<string>();
        await bed.Execute(
            $"""
            INSERT INTO teams (id, organization_id, name, name_key, display_name, description, kind, created_ms)
            VALUES ('t', 'Acme-id', 'Ops', 'ops', 'Ops', '', 'pulumi', 1)
            """
        );
        await bed.Execute(
            $"INSERT INTO team_members (team_id, account_id, admin, created_ms) SELECT 't', id, {false}, 1 FROM accounts WHERE login = 'ann'"
        );

        await scim.Send("PATCH", "Users/" + id, """{"Operations":[{"op":"replace","path":"active","value":false}]}""");
        await scim.Send("PATCH", "Users/" + id, """{"Operations":[{"op":"replace","path":"active","value":true}]}""");

        (await bed.Server.Services.GetRequiredService<Database>().QueryOne<long>($"SELECT COUNT(*) FROM team_members", default)).ShouldBe(
            0
        );
    }

    [Fact]
    public async Task The_server_describes_itself()
    {
        await using var bed = await SamlTestbed.Start();
        using var scim = await Directory(bed);

        var config = await scim.Send("GET", "ServiceProviderConfig");
        var types = await scim.Send("GET", "ResourceTypes");
        var schemas = await scim.Send("GET", "Schemas");

        config["patch"]!["supported"]!.GetValue<bool>().ShouldBeTrue();
        config["bulk"]!["supported"]!.GetValue<bool>().ShouldBeFalse();
        config["filter"]!["maxResults"]!.GetValue<int>().ShouldBe(100);
        types["Resources"]!.AsArray().Select(t => t!["id"]!.GetValue<string>()).ShouldBe(["User", "Group"]);
        foreach (var schema in schemas["Resources"]!.AsArray())
        {
            var id = schema!["id"]!.GetValue<string>();
            (await scim.Send("GET", "Schemas/" + id)).ToJsonString().ShouldBe(schema.ToJsonString());
        }
    }

    internal static async Task<ScimClient> Directory(SamlTestbed bed)
    {
        var boss = (
            await bed.Server.Services.GetRequiredService<global::Server.Accounts.AccountStore>().FindByLogin("boss", CancellationToken.None)
        )!;
        var secret = await bed
            .Server.Services.GetRequiredService<Database>()
            .Write(t => bed.Server.Services.GetRequiredService<ScimTokenStore>().Replace(t, "Acme-id", boss.Id), CancellationToken.None);
        return new(bed, secret.Reveal());
    }

    internal static string User(string userName, string given, string family) =>
        $$"""
            {"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"{{userName}}","externalId":"x-{{userName}}",
             "name":{"givenName":"{{given}}","familyName":"{{family}}"},"emails":[{"primary":true,"type":"work","value":"{{userName}}"}],
             "active":true,"groups":[],"locale":"en-US"}
            """;
}

/// <summary>An organization's directory.</summary>
internal sealed class ScimClient : IDisposable
{
    private readonly HttpClient _client;

    public ScimClient(SamlTestbed bed, string token)
    {
        Token = token;
        _client = new() { BaseAddress = bed.Server.Url };
        _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    public string Token { get; }

    public async Task<JsonNode> Send(string method, string path, string body = "", HttpStatusCode status = HttpStatusCode.OK)
    {
        using var request = new HttpRequestMessage(new(method), "/scim/v2/Acme/" + path);
        if (body.Length > 0)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/scim+json");
        }
        var answer = await _client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(status, text);
        if (text.Length > 0)
        {
            answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/scim+json", text);
        }
        return text.Length > 0 ? JsonNode.Parse(text)! : new JsonObject();
    }

    public async Task<HttpStatusCode> Status(string path) => (await _client.GetAsync(path)).StatusCode;

    public void Dispose() => _client.Dispose();
}
