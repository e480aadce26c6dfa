using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Server.Data;
using Server.Tests.Resources;
using Support;

namespace Server.Tests.Search;

public class SearchTests
{
    private const string Path = "/api/orgs/ann/search/resourcesv2";

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task What_an_interrupted_update_was_doing_is_found(Engine engine)
    {
        await using var test = await ResourceTest.Start(engine);
        var state = JsonNode.Parse(SampleState.Shop(ResourceTest.Stack))!;
        var urn = ResourceTest.Urn("aws:s3/bucket:Bucket", "assets");
        var known = state["deployment"]!["resources"]!.AsArray().Single(r => r!["urn"]!.GetValue<string>() == urn)!.DeepClone();
        var coming = JsonNode.Parse(
            $$"""{"urn":"{{ResourceTest.Urn("aws:s3/bucket:Bucket", "new")}}","custom":true,"type":"aws:s3/bucket:Bucket"}"""
        );
        state["deployment"]!["pending_operations"] = new JsonArray(
            new JsonObject { ["resource"] = known, ["type"] = "updating" },
            new JsonObject { ["resource"] = coming, ["type"] = "creating" }
        );
        await test.Import(state.ToJsonString());

        var found = (await test.Ann.Get(Path + "?query=pending:updating")).Expect().Json["resources"]!.AsArray().Single()!;
        (found["name"]!.GetValue<string>(), found["pending"]!.GetValue<string>()).ShouldBe(("assets", "updating"));
        (await Total(test, "pending:")).ShouldBe(1);
        await test.Browser.Open($"/{ResourceTest.Stack}/resource?urn={Uri.EscapeDataString(urn)}");
        test.Browser.Text(".tag[title^='An update was interrupted']").ShouldBe("updating");
        await test.Import(SampleState.Shop(ResourceTest.Stack));
        (await Total(test, "pending:")).ShouldBe(0);
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task Queries_find_what_they_say(Engine engine)
    {
        await using var test = await Filled(engine);
        (string Query, int Total)[] queries =
        [
            ("", 20),
            ("subnet", 6),
            ("SUBNET web", 6),
            ("subnet-1", 1),
            ("\"assets\"", 1),
            ("type:aws:ec2/subnet:Subnet", 6),
            ("type:\"aws:ec2/subnet\"", 0),
            ("package:aws project:web", 13),
            ("package:aws stack:api", 4),
            ("type:subnet OR type:bucket", 7),
            ("(type:subnet OR type:bucket) -name:subnet-0", 6),
            ("-package:aws", 3),
            ("protected:true", 1),
            ("protected:false name:assets", 0),
            ("custom:false", 2),
            ("id:assets-id", 1),
            ("parent.urn:vpc", 6),
            ("provider.urn:default_6", 12),
            ("dependency:assets", 4),
            ("dependency:", 12),
            ("module:s3/bucket", 1),
            ("created:2026-10", 1),
            ("created:>=2026-10-02", 0),
            ("modified:[2026-10-31 to 2026-11-01]", 1),
            ("modified:<2026-11-01", 0),
            ("version:1", 20),
            ("version:>1", 0),
            (".cost:42", 0),
            (".tags.cost:42", 1),
            (".tags[\"team a\"]:OPS", 1),
            (".tags.cost:4", 0),
            (".tags.cost:", 1),
            (".network.zones[1]:b", 1),
            (".name:assets", 1),
            (".password:hunter2", 0),
            ("team:", 0),
            ("%", 0),
            ("name:_ssets", 0),
            ("\"a\\\"b\"", 0),
        ];
        foreach (var (query, total) in queries)
        {
            (await Total(test, query)).ShouldBe(total, query);
        }
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task What_stacks_of_a_team_hold_is_found(Engine engine)
    {
        await using var test = await Filled(engine);
        var database = test.Server.Services.GetRequiredService<Database>();
        await database.Execute(
            $"""
            INSERT INTO teams (id, organization_id, name, name_key, display_name, description, kind, created_ms)
            SELECT 't', id, 'Ops', 'ops', 'Operations', '', 'pulumi', 1 FROM organizations
            """,
            CancellationToken.None
        );
        await database.Execute(
            $"INSERT INTO team_stacks (team_id, stack_id, permission) SELECT 't', id, 101 FROM stacks WHERE name = 'api'",
            CancellationToken.None
        );

        foreach (
            var (query, total) in new[]
            {
                ("team:ops", 5),
                ("team:\"OPS\"", 5),
                ("team:\"op\"", 0),
                ("team:", 5),
                ("-team:ops", 15),
                ("team:sales", 0),
            }
        )
        {
            (await Total(test, query)).ShouldBe(total, query);
        }
    }

    [Fact]
    public async Task What_is_no_query_is_refused_with_what_is_wrong()
    {
        await using var test = await ResourceTest.Start();
        (string Query, string Says)[] queries =
        [
            ("(a", "A '(' has no ')'."),
            ("a)", "There is a ')' without its '('."),
            ("a OR", "Something is missing beside an OR, or between parentheses."),
            ("\"a", "A quote is not closed."),
            ("colour:red", "There is no field 'colour'"),
            ("created:yesterday", "'yesterday' is not a time"),
            ("version:x", "'x' is not a version"),
            ("protected:maybe", "'maybe' is not a value of protected"),
            (new string('(', 200) + "a", "A query has at most 100 terms"),
            ("created:[a", "A '[' has no ']'."),
            ("created:[2026 2027]", "A range is written created:[a to b]."),
        ];
        foreach (var (query, says) in queries)
        {
            var answer = await test.Ann.Get($"{Path}?query={Uri.EscapeDataString(query)}");
            (answer.Code, answer.Message).ShouldBe((422, answer.Message), query);
            answer.Message.ShouldStartWith("Unprocessable Entity: " + says);
        }
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task Answers_have_facets_pages_and_properties_without_secrets(Engine engine)
    {
        await using var test = await Filled(engine);

        var first = (await test.Ann.Get("/api/orgs/ann/search/resources?query=subnet&size=4")).Expect().Json;
        first["aggregations"]!.ToJsonString().ShouldBe("""{"package":{"results":[{"name":"aws","count":6}],"others":0}}""");
        first["resources"]![0]!["parent.urn"]!.GetValue<string>().ShouldContain("::main");
        var next = new Uri(first["pagination"]!["next"]!.GetValue<string>());
        (await test.Ann.Get(next.PathAndQuery)).Json["resources"]!.AsArray().Count.ShouldBe(2);
        var sorted = (await test.Ann.Get(Path + "?sort=name&asc=true&query=subnet&page=2&size=2&facet=type&facet=protected&top=1")).Json;
        sorted["resources"]!.AsArray().Select(r => r!["name"]!.GetValue<string>()).ShouldBe(["subnet-2", "subnet-3"]);
        sorted["aggregations"]!.AsObject().Count.ShouldBe(2);
        var stack = (
            await test.Ann.Get(Path + "?properties=true&query=" + Uri.EscapeDataString("type:pulumi:pulumi:Stack project:web"))
        ).Json;
        stack["resources"]![0]!["properties"]!["password"]!.GetValue<string>().ShouldBe("[secret]");
        stack["resources"]![0]!["properties"]!["url"]!.GetValue<string>().ShouldBe("https://shop.example.com");
        var dashboard = (await test.Ann.Get("/api/orgs/ann/search/resources/dashboard")).Json;
        dashboard["total"]!.GetValue<long>().ShouldBe(20);
        var columns = (await test.Ann.Get("/api/orgs/ann/search/column-set?field=project")).Json.ToJsonString();
        columns.ShouldBe("""{"project":{"results":[{"name":"web","count":15},{"name":"net","count":5}],"others":0}}""");
        foreach (var wrong in new[] { "?page=x", "?page=20000", "?sort=colour", "?cursor=x", "?size=0" })
        {
            (await test.Ann.Get(Path + wrong)).Code.ShouldBe(400, wrong);
        }
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task Nobody_finds_what_belongs_to_others_and_nothing_of_deleted_stacks(Engine engine)
    {
        await using var test = await Filled(engine);
        using var bob = await test.Server.StockOf("bob");

        (await bob.Get(Path)).Code.ShouldBe(404);
        (await bob.Get("/api/orgs/bob/search/resourcesv2")).Json["total"]!.GetValue<long>().ShouldBe(0);
        (await test.Ann.Send(new(HttpMethod.Delete, "/api/stacks/ann/net/api?force=true"))).Expect();
        (await Total(test, "")).ShouldBe(15);
    }

    [Fact]
    public async Task The_page_searches_narrows_and_exports()
    {
        await using var test = await Filled(Engine.Sqlite);

        await test.Browser.Open("/ann/resources?query=type%3Asubnet");
        test.Browser.Page.QuerySelectorAll(".resources tbody tr").Length.ShouldBe(6);
        test.Browser.Page.QuerySelector(".resources tbody a")!.GetAttribute("href")!.ShouldStartWith("/ann/web/dev/resource?urn=");
        await test.Browser.Open("/ann/resources");
        await test.Browser.Open(test.Browser.Page.QuerySelector("aside a")!.GetAttribute("href")!);
        test.Browser.Page.QuerySelector("input[name=query]")!.GetAttribute("value").ShouldBe("package:\"aws\"");
        await test.Browser.Open("/ann/resources?query=colour%3Ared");
        (test.Browser.Status, test.Browser.Text(".notice.bad")[..24]).ShouldBe(
            (HttpStatusCode.UnprocessableEntity, "There is no field 'colou")
        );
        await test.Browser.Open("/ann/resources?query=%00");
        test.Browser.Status.ShouldBe(HttpStatusCode.OK);
        await test.Browser.Open("/ann/resources.csv?query=name:assets");
        var csv = await test.Browser.Response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        csv.Split("\r\n")[1].ShouldStartWith("web,dev,assets,aws:s3/bucket:Bucket,aws,s3/bucket,assets-id,true,2026-10-01T08:00:00.000Z,");
        using var stranger = new FormBrowser(test.Server);
        await stranger.SignUp("eve");
        foreach (var path in new[] { "/ann/resources", "/ann/resources.csv" })
        {
            await stranger.Open(path);
            stranger.Status.ShouldBe(HttpStatusCode.NotFound);
        }
    }

    [Fact]
    public async Task A_table_holds_no_formula_of_others()
    {
        await using var test = await ResourceTest.Start();
        await test.Import(Stock.Untyped(Stock.Deployment(Stock.Resource("=HYPERLINK(\"x\"),y"))));

        var csv = (await test.Ann.Get("/api/orgs/ann/search/resources/export")).Text;

        csv.ShouldContain(",\"'=HYPERLINK(\"\"x\"\"),y\",");
    }

    private static async Task<long> Total(ResourceTest test, string query) =>
        (await test.Ann.Get($"{Path}?query={Uri.EscapeDataString(query)}")).Expect().Json["total"]!.GetValue<long>();

    /// <summary>ann's <c>web/dev</c> with a shop of 15 resources, and <c>net/api</c> with 5 others.</summary>
    private static async Task<ResourceTest> Filled(Engine engine)
    {
        var test = await ResourceTest.Start(engine);
        await test.Ann.CreateStack("ann/net/api");
        await test.Import(SampleState.Shop(ResourceTest.Stack, await test.Encrypt("\"hunter2\""), "ann/net/api"));
        await test.Import(SampleState.Large("ann/net/api", 5), "ann/net/api");
        return test;
    }
}
