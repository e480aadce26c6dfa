using System.Net;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Server.Auth;
using Server.Environments;
using Server.Organizations;
using Server.Stacks;
using Server.Tests.Roles;
using Server.Tests.Stacks;
using Server.Updates;
using Support;

namespace Server.Tests.Organizations;

/// <summary>Every route below an organization, asked by everybody, and held against the table in docs/security.md.</summary>
public class RouteMatrixTests
{
    private enum Answer
    {
        SignIn,
        NotThere,
        Forbidden,
        Let,
    }

    private static readonly (string Column, string Login, string Members)[] Insiders =
    [
        ("billing manager", "bill", Both(StackLevel.Write, "write")),
        ("member: none", "mia", Both(StackLevel.None, "none")),
        ("member: read", "mia", Both(StackLevel.Read, "read")),
        ("member: open", "mia", Both(StackLevel.None, "open")),
        ("member: write", "mia", Both(StackLevel.Write, "write")),
        ("member: admin", "mia", Both(StackLevel.Admin, "admin")),
        ("admin", "ada", Both(StackLevel.None, "none")),
    ];

    private static string Both(long stacks, string environments) =>
        $$"""{"setDefaultStackPermission":{{stacks}},"setDefaultEnvironmentPermission":"{{environments}}","setMembersCanCreateTeams":true}""";

    [Fact]
    public async Task Every_route_of_the_api_answers_everybody_as_the_table_says()
    {
        await using var server = await TestServer.Start();
        using var people = await People.Start(server);
        await people.MakeOrganization("acme", StackLevel.Write);
        using var stranger = people.Stranger();
        var routes = Routes(server).Where(r => IsApi(r)).ToList();
        var asked = 0;

        foreach (var (column, login, members) in Insiders)
        {
            (await people["ada"].Patch("/api/orgs/acme", members)).EnsureSuccessStatusCode();
            foreach (var route in routes.Where(r => column != "member: open" || IsOfEnvironments(r)))
            {
                await Prepare(people["ada"]);
                var answer = await Ask(people[login], route);
                answer.ShouldBe(Expected(route, column), $"{column}: {route.DisplayName}");
                asked++;
            }
        }
        foreach (var route in routes)
        {
            (await Ask(people["root"], route, outsider: true)).ShouldBe(Answer.NotThere, $"the site's administrator: {route.DisplayName}");
            (await Ask(people["eve"], route, outsider: true)).ShouldBe(
                Answer.NotThere,
                $"another organization's administrator: {route.DisplayName}"
            );
            (await Ask(stranger, route)).ShouldBe(Answer.SignIn, $"nobody: {route.DisplayName}");
        }
        asked.ShouldBeGreaterThan(300);
    }

    /// <summary>A role in the place of what members have is worth the one permission that a route names, and nothing without it.</summary>
    [Fact]
    public async Task Every_route_of_the_api_opens_to_a_role_with_its_permission_and_to_none_without()
    {
        await using var server = await TestServer.Start();
        using var people = await People.Start(server);
        await people.MakeOrganization("acme", StackLevel.None);
        await Prepare(people["ada"]);
        var role = await people["ada"].MakeRole("tested", RoleCalls.Allow());
        await people["ada"].GiveRole("mia", role);
        var (asked, lets) = (0, 0);

        foreach (var routes in Routes(server).Where(IsApi).GroupBy(r => r.Metadata.GetMetadata<NeedsAttribute>()!.Permission))
        {
            var anybody = Capability.AllowsAnybody(routes.Key);
            string[] seeing = [Permission.StackRead, Permission.EnvironmentRead];
            await Give([.. seeing.Append(routes.Key).Distinct()]);
            foreach (var route in routes)
            {
                await Prepare(people["ada"]);
                var (answer, text) = await AskText(people["mia"], route);
                // It may want more, such as to have what it would give: but not this.
                (
                    answer == Answer.Let
                    || answer == Answer.Forbidden && !text.Contains($"permission '{routes.Key}'", StringComparison.Ordinal)
                ).ShouldBeTrue($"{routes.Key}: {route.DisplayName}: {text}");
                lets += answer == Answer.Let ? 1 : 0;
            }
            await Give([.. Permission.All.Where(p => p != routes.Key)]);
            foreach (var route in routes)
            {
                var without =
                    anybody ? Answer.Let
                    : seeing.Contains(routes.Key) && (IsBelowStack(route) || IsBelowEnvironment(route)) ? Answer.NotThere
                    : Answer.Forbidden;
                await Prepare(people["ada"]);
                (await Ask(people["mia"], route)).ShouldBe(without, $"all but {routes.Key}: {route.DisplayName}");
                asked++;
            }
        }
        (asked, lets).ShouldSatisfyAllConditions(
            () => asked.ShouldBeGreaterThan(100),
            () => (asked - lets).ShouldBeLessThan(15, "few want more than their permission")
        );

        async Task Give(params string[] permissions) =>
            (await people["ada"].PatchRole(role, RoleCalls.Allow(permissions))).EnsureSuccessStatusCode();
    }

    [Fact]
    public async Task Every_page_answers_everybody_as_the_table_says()
    {
        await using var server = await TestServer.Start();
        using var people = await People.Start(server);
        await people.MakeOrganization("acme", StackLevel.Write);
        await Prepare(people["ada"]);
        var routes = Routes(server).Where(r => !IsApi(r)).ToList();
        var asked = 0;

        foreach (var (column, login, members) in Insiders)
        {
            (await people["ada"].Patch("/api/orgs/acme", members)).EnsureSuccessStatusCode();
            using var browser = new FormBrowser(server);
            await browser.SignIn(login);
            foreach (var route in routes.Where(r => column != "member: open" || IsOfEnvironments(r)))
            {
                await browser.Open(Path(route));
                var expected = Expected(route, column);
                var answer = AnswerOf(browser.Status, browser.Path);
                // What the stack has none of, such as its second update, is not there for those who may see the stack, either.
                (answer == expected || answer == Answer.NotThere && expected == Answer.Let && NeedsMore(route)).ShouldBeTrue(
                    $"{column}: {route.DisplayName} was {answer} ({browser.Status} {browser.Path}), not {expected}"
                );
                asked++;
            }
        }
        foreach (var login in new[] { "root", "eve" })
        {
            using var browser = new FormBrowser(server);
            await browser.SignIn(login);
            foreach (var route in routes)
            {
                await browser.Open(Path(route));
                browser.Status.ShouldBe(HttpStatusCode.NotFound, $"{login}: {route.DisplayName}");
            }
        }
        using var stranger = new FormBrowser(server);
        foreach (var route in routes)
        {
            await stranger.Open(Path(route));
            AnswerOf(stranger.Status, stranger.Path).ShouldBe(Answer.SignIn, route.DisplayName);
        }
        asked.ShouldBeGreaterThan(80);
    }

    private static bool NeedsMore(RouteEndpoint route) =>
        route.RoutePattern.Parameters.Any(p => p.Name.ToUpperInvariant() is not ("ORG" or "PROJECT" or "NAME"))
        || route.RoutePattern.RawText is "/{Org}/{Project}" // a project without a stack that one may see
        || route.RoutePattern.RawText!.EndsWith("/resource", StringComparison.Ordinal)
        || route.RoutePattern.RawText.EndsWith("/compare", StringComparison.Ordinal)
        || route.RoutePattern.RawText.EndsWith("/readme", StringComparison.Ordinal);

    private static Answer Expected(RouteEndpoint route, string column)
    {
        var table = AuthorizationTable.OfDocument();
        var needed = route.Metadata.GetMetadata<NeedsAttribute>()!.Permission;
        return IsBelowStack(route) && !Has(Permission.StackRead) ? Answer.NotThere
            : IsBelowEnvironment(route) && !Has(Permission.EnvironmentRead) && (IsApi(route) || Has(needed)) ? Answer.NotThere
            : Has(needed) ? Answer.Let
            : Answer.Forbidden;

        bool Has(string permission) => table.TryGetValue(permission, out var columns) ? columns.Contains(column) : column == "admin";
    }

    /// <summary>Somebody who may has deleted it.</summary>
    private static async Task Prepare(HttpClient admin)
    {
        if ((await admin.GetAsync("/api/stacks/acme/x/dev")).StatusCode == HttpStatusCode.NotFound)
        {
            await admin.CreateStack("acme/x/dev");
        }
        if ((await admin.GetAsync("/api/esc/environments/acme/x/dev")).StatusCode == HttpStatusCode.NotFound)
        {
            (await admin.Post("/api/esc/environments/acme", """{"project":"x","name":"dev"}""")).EnsureSuccessStatusCode();
        }
    }

    private static async Task<Answer> Ask(HttpClient client, RouteEndpoint route, bool outsider = false) =>
        (await AskText(client, route, outsider)).Answer;

    private static async Task<(Answer Answer, string Text)> AskText(HttpClient client, RouteEndpoint route, bool outsider = false)
    {
        using var request = new HttpRequestMessage(Method(route), Path(route));
        using var answer = await client.SendAsync(request);
        var text = (await answer.Content.ReadAsStringAsync()).Replace("\\u0027", "'", StringComparison.Ordinal);
        var meant = answer.StatusCode switch
        {
            HttpStatusCode.Unauthorized => Answer.SignIn,
            HttpStatusCode.Forbidden => Answer.Forbidden,
            HttpStatusCode.NotFound
                when text.Contains("Organization 'acme' not found", StringComparison.Ordinal)
                    || text.Contains("Stack 'acme/x/dev' not found", StringComparison.Ordinal)
                    || text.Contains("Environment 'acme/x/dev' not found", StringComparison.Ordinal)
                    || request.Method == HttpMethod.Head && (outsider || IsBelowEnvironment(route)) => Answer.NotThere,
            >= HttpStatusCode.InternalServerError => throw new InvalidOperationException($"{route.DisplayName}: {text}"),
            _ => Answer.Let,
        };
        return (meant, text);
    }

    private static Answer AnswerOf(HttpStatusCode status, string path) =>
        path.StartsWith("/signin", StringComparison.Ordinal) ? Answer.SignIn
        : status == HttpStatusCode.NotFound ? Answer.NotThere
        : status == HttpStatusCode.Forbidden ? Answer.Forbidden
        : (int)status >= 500 ? throw new InvalidOperationException(path)
        : Answer.Let;

    private static List<RouteEndpoint> Routes(TestServer server) =>
        [
            .. server
                .Services.GetRequiredService<EndpointDataSource>()
                .Endpoints.OfType<RouteEndpoint>()
                .Where(r =>
                    r.Metadata.GetMetadata<NeedsAttribute>() is not null && r.Metadata.GetMetadata<LeaseAccess.LeaseHoldersOnly>() is null
                )
                .Where(r => !r.RoutePattern.RawText!.EndsWith("/live", StringComparison.Ordinal) || !IsApi(r)),
        ];

    private static bool IsApi(RouteEndpoint route) => route.RoutePattern.RawText!.StartsWith("/api", StringComparison.Ordinal);

    private static bool IsBelowStack(RouteEndpoint route) =>
        route.Metadata.GetMetadata<StackAccess.StackMembersOnly>() is not null
        || !IsApi(route) && route.RoutePattern.RawText!.StartsWith("/{Org}/{Project}/{Name}", StringComparison.Ordinal);

    private static bool IsBelowEnvironment(RouteEndpoint route) =>
        route.Metadata.GetMetadata<EnvironmentAccess.EnvironmentMembersOnly>() is not null
        || !IsApi(route) && route.RoutePattern.RawText!.StartsWith("/{Org}/~environments/", StringComparison.Ordinal);

    private static bool IsOfEnvironments(RouteEndpoint route) =>
        route.Metadata.GetMetadata<NeedsAttribute>()!.Permission.StartsWith("environment", StringComparison.Ordinal);

    private static HttpMethod Method(RouteEndpoint route) =>
        new(route.Metadata.GetMetadata<IHttpMethodMetadata>() is { HttpMethods: [var method, ..] } ? method : "GET");

    /// <summary>What other parameters name is not there, so that nothing changes.</summary>
    private static string Path(RouteEndpoint route) => string.Join('/', route.RoutePattern.RawText!.Split('/').Select(Segment));

    private static string Segment(string segment) =>
        segment.ToUpperInvariant() switch
        {
            "{ORGNAME}" or "{ORG}" => "acme",
            "{PROJECTNAME}" or "{PROJECT}" => "x",
            "{STACKNAME}" or "{NAME}" or "{ENVNAME}" => "dev",
            "{VERSION}" => "1",
            ['{', ..] => "zzz",
            _ => segment,
        };
}
