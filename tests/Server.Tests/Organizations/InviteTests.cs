using System.Net;
using System.Net.Http.Json;
using Server.Organizations;
using Server.Tests.Stacks;
using Support;
using Wire;

namespace Server.Tests.Organizations;

public class InviteTests
{
    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task An_invitation_is_good_for_one_person(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var people = await People.Start(server);
        await people.MakeOrganization("acme", StackLevel.Write);
        var link = await Invite(people, "member");
        using var eve = new FormBrowser(server);
        await eve.SignIn("eve");
        using var late = new FormBrowser(server);
        await late.SignIn("root");
        await late.Open(link);
        late.Text("h1").ShouldBe("Join acme");

        await eve.Open(link);
        await eve.Submit("accept");
        eve.Path.ShouldBe("/acme");
        await late.Submit("accept");

        late.Text("h1").ShouldBe("This invitation is over");
        await eve.Open(link);
        eve.Status.ShouldBe(HttpStatusCode.Gone);
        var members = (await people["ada"].GetFromJsonAsync("/api/orgs/acme/members", WireJson.Default.ListMembersResponse))!.Members;
        members.Select(m => m.User.GithubLogin).ShouldBe(["ada", "bill", "eve", "mia"]);
        (await people["ada"].GetFromJsonAsync("/api/orgs/acme/invites", WireJson.Default.ListInvitesResponse))!.Invites.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_revoked_and_an_expired_invitation_are_over()
    {
        await using var server = await TestServer.Start();
        using var people = await People.Start(server);
        await people.MakeOrganization("acme", StackLevel.Write);
        var (revoked, expired) = (await Invite(people, "member"), await Invite(people, "member"));
        var open = (await people["ada"].GetFromJsonAsync("/api/orgs/acme/invites", WireJson.Default.ListInvitesResponse))!.Invites;
        open.ShouldAllBe(i => i.AcceptInviteUrl.Length == 0, "the link is shown once");
        (await people["ada"].DeleteAsync($"/api/orgs/acme/invites/{open[^1].Id}")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        using var eve = new FormBrowser(server);
        await eve.SignIn("eve");

        await eve.Open(revoked);
        eve.Status.ShouldBe(HttpStatusCode.Gone);
        await eve.Open(expired);
        eve.Status.ShouldBe(HttpStatusCode.OK);
        server.Clock.Advance(TimeSpan.FromDays(7));
        await eve.SignIn("eve");
        await eve.Open(expired);
        eve.Status.ShouldBe(HttpStatusCode.Gone);
    }

    [Fact]
    public async Task Nobody_invites_to_more_than_he_may_give()
    {
        await using var server = await TestServer.Start();
        using var people = await People.Start(server);
        await people.MakeOrganization("acme", StackLevel.Admin);

        (await people["mia"].Post("/api/orgs/acme/invites/link", """{"role":"member"}""")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await people["ada"].Post("/api/orgs/acme/invites/link", """{"role":"site-admin"}""")).StatusCode.ShouldBe(
            HttpStatusCode.BadRequest
        );
        (await people["ada"].Post("/api/orgs/ada/invites/link", """{"role":"member"}""")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var both = await people["ada"]
            .Post(
                "/api/orgs/acme/invites/batch",
                """{"invites":[{"email":"x@example.com","role":"member"},{"email":"nowhere","role":"member"}]}"""
            );
        var answer = (await both.Content.ReadFromJsonAsync(WireJson.Default.BatchInviteResponse))!;
        (answer.SentInvites.Count, answer.FailedInvites.Select(f => f.Email).Single()).ShouldBe((1, "nowhere"));
    }

    private static async Task<string> Invite(People people, string role)
    {
        var made = await people["ada"].Post("/api/orgs/acme/invites/link", $$"""{"role":"{{role}}"}""");
        var link = (await made.Content.ReadFromJsonAsync(WireJson.Default.CreateInviteResponse))!.AcceptInviteUrl;
        return new Uri(link).PathAndQuery;
    }
}
