using System.Net;
using System.Net.Http.Json;
using Support;
using Wire;

namespace Server.Tests.Accounts;

public class AccountTests
{
    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task The_first_account_administers_the_site_and_each_gets_its_own_organization(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var ann = await server.ClientOf("ann");
        using var bob = await server.ClientOf("bob");

        var first = (await ann.GetFromJsonAsync("/api/user", WireJson.Default.User))!;
        var second = (await bob.GetFromJsonAsync("/api/user", WireJson.Default.User))!;

        (first.SiteAdmin, second.SiteAdmin).ShouldBe((true, false));
        first.Organizations.ShouldBe([new UserOrganization("ann", "ann", "", "admin")]);
        second.Organizations.ShouldBe([new UserOrganization("bob", "bob", "", "admin")]);
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task Of_ten_first_accounts_at_once_one_becomes_administrator(Engine engine)
    {
        await using var server = await TestServer.Start(engine);

        var accounts = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => server.AddAccount("user" + i)));

        accounts.Count(a => a.SiteAdmin).ShouldBe(1);
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task A_taken_name_or_address_is_refused_in_any_case_and_leaves_nothing_behind(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        await server.AddAccount("ann");
        using var browser = new FormBrowser(server);

        await browser.Open("/signup");
        await browser.Submit("sign-up", ("Login", "ANN"), ("Email", "other@example.com"), ("Password", TestServer.Password));
        browser.Text("[role=alert]").ShouldBe("That user name or e-mail address is taken.");
        await browser.Submit("sign-up", ("Login", "other"), ("Email", "Ann@Example.com"), ("Password", TestServer.Password));
        browser.Text("[role=alert]").ShouldBe("That user name or e-mail address is taken.");
        await browser.Submit("sign-up", ("Login", "other"), ("Email", "other@example.com"), ("Password", TestServer.Password));

        browser.Path.ShouldBe("/");
    }

    [Theory]
    [InlineData("an", "a@example.com", "correct horse battery", "A user name is 3 to 40 letters")]
    [InlineData("-ann", "a@example.com", "correct horse battery", "A user name is 3 to 40 letters")]
    [InlineData("signin", "a@example.com", "correct horse battery", "is reserved for the service itself")]
    [InlineData("ann", "not an address", "correct horse battery", "is not an e-mail address")]
    [InlineData("ann", "a@example.com", "short", "A password has 10 to 160 characters.")]
    [InlineData("ann", "a@example.com", "aaaaaaaaaaaa", "too easy to guess")]
    [InlineData("annannannann", "a@example.com", "ANNannANNann", "must differ from the user name")]
    public async Task Sign_up_refuses_with_a_sentence(string login, string email, string password, string expected)
    {
        await using var server = await TestServer.Start();
        using var browser = new FormBrowser(server);

        await browser.Open("/signup");
        await browser.Submit("sign-up", ("Login", login), ("Email", email), ("Password", password));

        browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        browser.Text("[role=alert]").ShouldContain(expected);
    }

    [Fact]
    public async Task Sign_up_can_be_closed()
    {
        await using var server = await TestServer.Start(change: s => s with { SignUpOpen = false });
        using var browser = new FormBrowser(server);

        await browser.Open("/signup");

        browser.Text("h1").ShouldBe("Sign-up is closed");
        browser.Page.QuerySelector("form").ShouldBeNull();
    }

    [Theory, InlineData("ann"), InlineData("ANN"), InlineData("Ann@Example.com")]
    public async Task One_signs_in_by_name_or_address_and_lands_where_one_wanted(string name)
    {
        await using var server = await TestServer.Start();
        await server.AddAccount("ann");
        using var browser = new FormBrowser(server);

        await browser.Open("/user/settings/tokens");
        browser.Path.ShouldBe("/signin?returnUrl=%2Fuser%2Fsettings%2Ftokens");
        await browser.Submit("sign-in", ("Name", name), ("Password", TestServer.Password));

        browser.Path.ShouldBe("/user/settings/tokens");
    }

    [Theory, InlineData("https://evil.example.com/"), InlineData("//evil.example.com/"), InlineData("/\\evil.example.com")]
    public async Task Signing_in_never_leads_off_the_site(string target)
    {
        await using var server = await TestServer.Start();
        await server.AddAccount("ann");
        using var browser = new FormBrowser(server);

        await browser.Open("/signin?returnUrl=" + Uri.EscapeDataString(target));
        await browser.Submit("sign-in", ("Name", "ann"), ("Password", TestServer.Password));

        browser.Left.ShouldBeNull();
        browser.Path.ShouldBe("/");
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task Five_wrong_passwords_lock_the_account_for_five_minutes_and_the_answer_never_differs(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        await server.AddAccount("ann");
        using var browser = new FormBrowser(server);

        await browser.SignIn("nobody", "wrong password");
        var answer = browser.Text("[role=alert]");
        for (var i = 0; i < 5; i++)
        {
            await browser.SignIn("ann", "wrong password");
            browser.Text("[role=alert]").ShouldBe(answer);
        }
        await browser.SignIn("ann");
        browser.Text("[role=alert]").ShouldBe(answer);
    }

    [Fact]
    public async Task Many_wrong_passwords_from_one_network_close_the_door_for_it()
    {
        await using var server = await TestServer.Start();
        await server.AddAccount("ann");
        using var browser = new FormBrowser(server);
        for (var i = 0; i < 30; i++)
        {
            await browser.SignIn("nobody" + i, "wrong password");
        }

        await browser.SignIn("ann");

        browser.Status.ShouldBe(HttpStatusCode.TooManyRequests);
        browser.Response.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromMinutes(5));
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task A_changed_password_ends_all_other_sessions(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        await server.AddAccount("ann");
        using var here = new FormBrowser(server);
        using var there = new FormBrowser(server);
        await here.SignIn("ann");
        await there.SignIn("ann");

        await here.Open("/user/settings/password");
        await here.Submit("password", ("Current", TestServer.Password), ("New", "a much better one"));
        here.Text("[role=status]").ShouldStartWith("Your password is changed");
        await there.Open("/");
        there.Path.ShouldBe("/signin");
        await there.SignIn("ann", "a much better one");
        there.Path.ShouldBe("/");
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task Sessions_are_listed_and_can_be_ended_one_by_one(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        await server.AddAccount("ann");
        using var here = new FormBrowser(server);
        using var there = new FormBrowser(server);
        await there.SignIn("ann");
        await here.SignIn("ann");

        await here.Open("/user/settings/sessions");
        here.Page.QuerySelectorAll("tbody tr").Length.ShouldBe(2);
        var form = here.Page.QuerySelector("tbody form input[name=_handler]")!.GetAttribute("value")!;
        await here.Submit(form);

        here.Page.QuerySelectorAll("tbody tr").Length.ShouldBe(1);
        await there.Open("/");
        there.Path.ShouldBe("/signin");
    }

    [Fact]
    public async Task Signing_out_ends_the_session_for_good()
    {
        await using var server = await TestServer.Start();
        using var browser = new FormBrowser(server);
        await browser.SignUp("ann");
        browser.Text("h1").ShouldBe("Welcome, ann");

        await browser.Submit("sign-out-menu");
        await browser.Open("/");

        browser.Path.ShouldBe("/signin");
    }

    [Fact]
    public async Task A_session_that_rests_for_a_week_is_over()
    {
        await using var server = await TestServer.Start();
        using var browser = new FormBrowser(server);
        await browser.SignUp("ann");

        server.Clock.Advance(TimeSpan.FromDays(6.9));
        await browser.Open("/");
        browser.Path.ShouldBe("/");
        await server.WriteLastUse();
        server.Clock.Advance(TimeSpan.FromDays(7));
        await browser.Open("/");

        browser.Path.ShouldBe("/signin");
    }

    [Fact]
    public async Task A_session_ends_after_thirty_days_however_much_it_is_used()
    {
        await using var server = await TestServer.Start();
        using var browser = new FormBrowser(server);
        await browser.SignUp("ann");

        for (var day = 0; day < 30; day += 6)
        {
            browser.Path.ShouldBe("/");
            server.Clock.Advance(TimeSpan.FromDays(6));
            await browser.Open("/");
            await server.WriteLastUse();
        }

        browser.Path.ShouldBe("/signin");
    }

    [Fact]
    public async Task The_profile_keeps_a_new_name_and_refuses_control_characters()
    {
        await using var server = await TestServer.Start();
        using var browser = new FormBrowser(server);
        await browser.SignUp("ann");

        await browser.Open("/user/settings");
        await browser.Submit("profile", ("DisplayName", "Ann Example <b>"));
        browser.Text("[role=status]").ShouldBe("Saved.");
        browser.Text(".avatar").ShouldBe("AE");
        await browser.Submit("profile", ("DisplayName", "two\nlines"));

        browser.Text("[role=alert]").ShouldBe("A name has no line breaks or control characters.");
    }

    [Fact]
    public async Task A_form_without_its_antiforgery_field_changes_nothing()
    {
        await using var server = await TestServer.Start();
        using var browser = new FormBrowser(server);
        await browser.SignUp("ann");
        await browser.Open("/user/settings");

        await browser.Submit("profile", ("DisplayName", "Mallory"), ("__RequestVerificationToken", ""));

        browser.Status.ShouldBe(HttpStatusCode.BadRequest);
        browser.Text("h1").ShouldBe("That form has expired");
        await browser.Open("/");
        browser.Text("h1").ShouldBe("Welcome, ann");
    }
}
