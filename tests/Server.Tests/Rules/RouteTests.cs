using System.Net;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Server.Auth;
using Server.Organizations;
using Server.Stacks;
using Server.Tests.Stacks;
using Server.Updates;
using Support;

namespace Server.Tests.Rules;

/// <summary>Rules that hold for every route, also for those that come later.</summary>
public class RouteTests
{
    [Fact]
    public async Task Every_route_says_who_may_call_it()
    {
        await using var server = await TestServer.Start();

        var routes = Routes(server);

        routes.Count.ShouldBeGreaterThan(15);
        routes
            .Where(r => !r.SaysWhoMayCall() && r.DisplayName != "Blazor Opaque Redirection") // the framework's own, unused and refused
            .Select(r => r.DisplayName)
            .ShouldBeEmpty();
    }

    [Fact]
    public async Task Every_route_and_page_below_an_organization_names_the_permission_that_it_needs()
    {
        await using var server = await TestServer.Start();
        string[] telling = ["/{Org}/neo/", "/{Org}/insights/", "/{Org}/{Project}/{Name}/deployments/"]; // that there is no such thing here

        var below = Routes(server)
            .Where(r => r.RoutePattern.Parameters.Any(p => p.Name.ToUpperInvariant() is "ORG" or "ORGNAME"))
            .Where(r => !telling.Any(t => r.RoutePattern.RawText!.StartsWith(t, StringComparison.Ordinal)))
            .Where(r => r.Metadata.GetMetadata<LeaseAccess.LeaseHoldersOnly>() is null) // the holder of an update's lease was asked before
            .ToList();

        below.Count.ShouldBeGreaterThan(80);
        below
            .Where(r => r.Metadata.GetMetadata<NeedsAttribute>() is not { } needs || !Permission.All.Contains(needs.Permission))
            .Select(r => r.DisplayName)
            .ShouldBeEmpty();
    }

    [Fact]
    public async Task Nothing_but_what_is_meant_to_be_open_answers_a_stranger()
    {
        await using var server = await TestServer.Start();

        var open = Routes(server)
            .Where(r => r.Metadata.GetMetadata<IAllowAnonymous>() is not null)
            .Select(r => r.RoutePattern.RawText!.TrimEnd('/'));

        open.Distinct()
            .Order(StringComparer.Ordinal)
            .ShouldBe([
                "/.well-known/oauth-authorization-server",
                "/api/agents/signup",
                "/api/agents/signup/validate/{claimToken}",
                "/api/capabilities",
                "/api/cli/version",
                "/api/oauth/device",
                "/api/oauth/revoke",
                "/api/oauth/token",
                "/api/status",
                "/assets/{**name}",
                "/error",
                "/favicon.ico",
                "/healthz",
                "/login/{Organization}/sso/saml/confirm",
                "/login/{Organization}/sso/saml/refused",
                "/login/{organization}/sso/oidc",
                "/login/{organization}/sso/oidc/callback",
                "/login/{organization}/sso/saml",
                "/login/{organization}/sso/saml/acs",
                "/login/{organization}/sso/saml/complete",
                "/login/{organization}/sso/saml/metadata",
                "/readyz",
                "/signin",
                "/signin/factor",
                "/signin/forgot",
                "/signin/new-password",
                "/signin/sso/{organization}/reauth",
                "/signin/with/{name}",
                "/signin/with/{name}/done",
                "/signout",
                "/signup",
                "/welcome/cli",
            ]);
    }

    [Fact]
    public async Task Every_protected_route_of_the_api_refuses_a_stranger_and_a_session()
    {
        await using var server = await TestServer.Start();
        using var browser = new FormBrowser(server);
        await browser.SignUp("ann");
        using var client = server.Client();
        var protectedRoutes = Routes(server)
            .Where(r =>
                r.RoutePattern.RawText!.StartsWith("/api", StringComparison.Ordinal) && r.Metadata.GetMetadata<IAllowAnonymous>() is null
            )
            .ToList();

        protectedRoutes.Count.ShouldBeGreaterThan(4);
        foreach (var route in protectedRoutes)
        {
            var answer = await client.SendAsync(new HttpRequestMessage(Method(route), Path(route, "ann")));
            answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized, route.DisplayName);
        }
        await browser.Open("/api/user");
        browser.Status.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task A_foreign_organization_does_not_exist(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var ann = await server.ClientOf("ann");
        using var bob = await server.ClientOf("bob");
        var scoped = Routes(server).Where(r => HasOrganization(r) && !IsBelowStack(r)).ToList();

        scoped.ShouldNotBeEmpty();
        foreach (var route in scoped)
        {
            route.Metadata.GetMetadata<OrganizationAccess.MembersOnly>().ShouldNotBeNull(route.DisplayName);
            var foreign = await bob.SendAsync(new HttpRequestMessage(Method(route), Path(route, "ann")));
            var missing = await bob.SendAsync(new HttpRequestMessage(Method(route), Path(route, "nobody")));
            (foreign.StatusCode, await foreign.Content.ReadAsStringAsync()).ShouldBe(
                (HttpStatusCode.NotFound, (await missing.Content.ReadAsStringAsync()).Replace("nobody", "ann", StringComparison.Ordinal))
            );
        }
        using var browser = new FormBrowser(server);
        await browser.SignIn("bob");
        await browser.Open("/ann");
        browser.Status.ShouldBe(HttpStatusCode.NotFound);
        await browser.Open("/bob");
        browser.Status.ShouldBe(HttpStatusCode.OK);
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task A_foreign_stack_does_not_exist(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var ann = await server.ClientOf("ann");
        using var bob = await server.ClientOf("bob");
        await ann.CreateStack("ann/x/dev");
        var below = Routes(server).Where(IsBelowStack).ToList();

        below.Count.ShouldBeGreaterThan(1);
        foreach (var route in below)
        {
            var foreign = await bob.SendAsync(new HttpRequestMessage(Method(route), Path(route, "ann", "dev")));
            var missing = await bob.SendAsync(new HttpRequestMessage(Method(route), Path(route, "ann", "gone")));
            var body = (await missing.Content.ReadAsStringAsync()).Replace("gone", "dev", StringComparison.Ordinal);
            (foreign.StatusCode, await foreign.Content.ReadAsStringAsync()).ShouldBe((missing.StatusCode, body), route.DisplayName);
            HttpStatusCode[] refusals = IsForMembers(route)
                ? [HttpStatusCode.NotFound]
                : [HttpStatusCode.NotFound, HttpStatusCode.Unauthorized];
            refusals.ShouldContain(foreign.StatusCode, route.DisplayName);
        }
        (await ann.ReadStack("ann/x/dev")).StackName.ShouldBe("dev");
    }

    [Fact]
    public async Task No_organization_can_take_the_first_part_of_an_address_of_ours()
    {
        await using var server = await TestServer.Start();

        var first = Routes(server)
            .Select(r => r.RoutePattern.RawText!.TrimStart('/').Split('/')[0])
            .Where(s => s.Length > 0 && s[0] != '{')
            .Distinct();

        first.Where(segment => OrganizationName.Problem(segment) is null).ShouldBeEmpty();
    }

    private static List<RouteEndpoint> Routes(TestServer server) =>
        [.. server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()];

    private static HttpMethod Method(RouteEndpoint route) =>
        new(route.Metadata.GetMetadata<IHttpMethodMetadata>() is { HttpMethods: [var method, ..] } ? method : "GET");

    private static bool HasOrganization(RouteEndpoint route) =>
        route.RoutePattern.Parameters.Any(p => p.Name == OrganizationAccess.RouteParameter);

    private static bool IsBelowStack(RouteEndpoint route) =>
        route.RoutePattern.RawText!.Contains(StackAccess.Route["/api".Length..], StringComparison.Ordinal);

    private static bool IsForMembers(RouteEndpoint route) => route.Metadata.GetMetadata<StackAccess.StackMembersOnly>() is not null;

    private static string Path(RouteEndpoint route, string organization, string stack = "x") =>
        string.Join(
            '/',
            route
                .RoutePattern.RawText!.Split('/')
                .Select(s =>
                    s == $"{{{OrganizationAccess.RouteParameter}}}" ? organization
                    : s == "{stackName}" ? stack
                    : s.StartsWith('{') ? "x"
                    : s
                )
        );
}
