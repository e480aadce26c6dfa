using System.Text;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Server.Settings;
using Server.Tests.Stacks;
using Server.Tests.Updates;
using Server.Updates;
using Support;

namespace Server.Tests.Rules;

/// <summary>Whatever a client sends, it is not answered 5xx: each of those costs the user four tries.</summary>
public class OddInputTests
{
    private static readonly string[] Bodies =
    [
        "",
        "null",
        "[]",
        "7",
        "1e999",
        "\"\"",
        "{",
        "\u0000",
        "{\"a\":\"\ufffe",
        """{"stackName":"\ud800","newName":"\ud800","toOrg":"\ud800","name":"\ud800","value":"\ud800","description":"\ud800"}""",
        """{"stackName":"\u0000","newName":"\u0000","toOrg":"\u0000","name":"n","value":"\u0000","description":"\u0000"}""",
        """{"stackName":[],"newName":{},"toOrg":1,"tags":7,"name":true,"plaintext":[],"ciphertexts":"x","expires":1e99,"version":1e999}""",
        """{"newName":"../..","newProject":"%2e%2e","toOrg":"../..","stackName":"..","tags":{"":null},"state":[],"config":[],"teams":[null]}""",
        """{"version":99999999999999999999,"deployment":99999999999999999999,"options":99999999999999999999,"entries":[[[[]]]]}""",
        $$"""{"a":{{new string('[', 10_000)}}""",
        new string('[', 10_000) + new string(']', 10_000),
    ];

    private static readonly string[] Names =
    [
        "x",
        "%00",
        "%0a",
        "%25",
        "%2F",
        "%5C",
        "%2e%2e",
        "%C3%28",
        "%ED%A0%80",
        "%F0%9F%8F%94",
        "a%20b",
        "'--",
        "pulumi:project",
        new string('n', 500),
    ];

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task No_body_makes_a_route_of_the_api_fail(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var ann = await server.ClientOf("ann");
        await ann.CreateStack("ann/web/dev");
        var routes = Routes(server).Where(r => Method(r) is not "GET" and not "HEAD" and not "DELETE").ToList();

        routes.Count.ShouldBeGreaterThan(20);
        foreach (var route in routes)
        {
            foreach (var body in Bodies)
            {
                await Send(ann, route, "x", new StringContent(body));
            }
            foreach (var packed in new byte[][] { [], [31], [31, 139, 8, 0, 0, 0], [31, 139, 8, 0, 0, 0, 0, 0, 0, 3, 255, 255, 255] })
            {
                var content = new ByteArrayContent(packed);
                content.Headers.ContentEncoding.Add("gzip");
                await Send(ann, route, "x", content);
            }
        }
    }

    [Theory, InlineData(SaveMode.Journal), InlineData(SaveMode.Checkpoint)]
    public async Task No_body_under_a_lease_makes_a_route_of_its_update_fail_or_loses_what_it_saved(SaveMode mode)
    {
        await using var test = await UpdateTest.Start(mode: mode);
        var run = await test.Creating("a");
        using var client = test.Server.Client();
        client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", "update-token " + run.Lease);
        var routes = Routes(test.Server)
            .Where(r => r.Metadata.GetMetadata<LeaseAccess.LeaseHoldersOnly>() is not null)
            .Where(r => r.RoutePattern.RawText!.Contains("/update/", StringComparison.Ordinal))
            .ToList();

        routes.Count.ShouldBe(9);
        foreach (var route in routes)
        {
            var refused = 0;
            foreach (var body in Bodies)
            {
                foreach (var packed in new[] { false, true })
                {
                    var text = Encoding.UTF8.GetBytes(body);
                    var content = new ByteArrayContent(packed ? StockClient.Pack(text) : text);
                    if (packed)
                    {
                        content.Headers.ContentEncoding.Add("gzip");
                    }
                    var address = $"{run.Address}/{route.RoutePattern.RawText!.Split("{updateID}/")[1]}";
                    using var request = new HttpRequestMessage(new HttpMethod(Method(route)), address) { Content = content };
                    var status = (int)(await client.SendAsync(request)).StatusCode;
                    status.ShouldBeLessThan(500, $"{address} {body[..Math.Min(80, body.Length)]}");
                    refused += status == 400 ? 1 : 0;
                }
            }
            refused.ShouldBeGreaterThan(Bodies.Length, route.DisplayName); // the body was looked at
        }
        await run.Complete();
        (await test.Names()).ShouldBe(["a"]);
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task No_address_makes_a_route_of_the_api_fail(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var ann = await server.ClientOf("ann");
        var routes = Routes(server).Where(r => r.RoutePattern.Parameters.Count > 0).ToList();

        routes.Count.ShouldBeGreaterThan(20);
        foreach (var route in routes)
        {
            await ann.Post("/api/stacks/ann/web", """{"stackName":"dev"}"""); // an odd delete may have taken it away
            foreach (var name in Names)
            {
                if (name != "%00") // which the web server refuses before it is anybody's address
                {
                    await Send(ann, route, name, content: null);
                }
                await Send(ann, route, "x", content: null, "?" + string.Join('&', Queries.Select(q => $"{q}={name}")));
            }
        }
    }

    private static readonly string[] Queries =
    [
        "continuationToken",
        "force",
        "maxResults",
        "mode",
        "organization",
        "page",
        "pageSize",
        "project",
        "tagName",
        "tagValue",
    ];

    private static async Task Send(HttpClient client, RouteEndpoint route, string name, HttpContent? content, string query = "")
    {
        using var request = new HttpRequestMessage(new HttpMethod(Method(route)), Path(route, name) + query) { Content = content };
        var answer = await client.SendAsync(request);
        ((int)answer.StatusCode).ShouldBeLessThan(500, $"{route.DisplayName} {name} {content?.Headers.ContentEncoding} {query}");
    }

    private static List<RouteEndpoint> Routes(TestServer server) =>
        [
            .. server
                .Services.GetRequiredService<EndpointDataSource>()
                .Endpoints.OfType<RouteEndpoint>()
                .Where(r =>
                    r.RoutePattern.RawText!.StartsWith("/api/", StringComparison.Ordinal)
                    && r.Metadata.GetMetadata<IAllowAnonymous>() is null
                ),
        ];

    private static string Method(RouteEndpoint route) =>
        route.Metadata.GetMetadata<IHttpMethodMetadata>() is { HttpMethods: [var method, ..] } ? method : "GET";

    /// <summary>Of ann's stack, with an odd name in the last hole.</summary>
    private static string Path(RouteEndpoint route, string name)
    {
        var segments = route.RoutePattern.RawText!.Split('/');
        var last = Array.FindLastIndex(segments, s => s.StartsWith('{'));
        return string.Join(
            '/',
            segments.Select(
                (s, i) =>
                    i == last && !(s == "{stackName}" && name == "x") ? name
                    : s == "{orgName}" ? "ann"
                    : s == "{projectName}" ? "web"
                    : s == "{stackName}" ? "dev"
                    : s.StartsWith('{') ? "x"
                    : s
            )
        );
    }
}
