using System.Reflection;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Components;
using Microsoft.Data.Sqlite;
using Microsoft.Playwright;
using Support;

namespace EndToEnd;

/// <summary>Every page in every state that a person can bring about, looked at light and dark, wide and on a phone.</summary>
public sealed class PageTests : IAsyncLifetime
{
    private const string CliLogin =
        "/cli-login?cliCommand=pulumi+login&cliSessionNonce=0123456789abcdef&cliSessionDescription=Generated+by+pulumi+login+on+build-7+at+24+Nov+26+10%3A15+UTC&cliSessionPort=";

    /// <summary>When this variable is set, the picture in the README is taken anew.</summary>
    private readonly HashSet<string> _seen = [];
    private ConsoleBrowser _console = null!;

    public async ValueTask InitializeAsync() => _console = await ConsoleBrowser.Start();

    public ValueTask DisposeAsync() => _console.DisposeAsync();

    [Fact]
    public async Task Every_page_can_be_used_by_everybody()
    {
        await See("/signup", "sign-up");
        await _console.Page.FillAsync("[name=Login]", "signin");
        await _console.Page.FillAsync("[name=Email]", "ann@example.com");
        await _console.Page.FillAsync("[name=Password]", TestServer.Password);
        await _console.Click(AriaRole.Button, "Make the account");
        await _console.Inspect("sign-up-problem");
        await _console.SignUp();
        await See("/", "dashboard");
        await _console.Page.ClickAsync("details.menu summary");
        await _console.Inspect("menu");
        await Tokens();
        await MachineTokens();
        await Settings();
        await Organizations();
        await SharedOrganization();
        await Environments();
        await Stacks();
        await Auditing();
        await LoginOfACommand();
        await Errors();
        await See("/signout", "sign-out");
        await _console.Click(AriaRole.Button, "Sign out");
        await SignIn();

        Routes().Where(route => !_seen.Any(path => Fits(route, path))).ShouldBeEmpty("pages that nobody looked at");
    }

    private async Task Auditing()
    {
        await See("/ann/settings/audit-logs", "audit-log");
        await See("/ann/settings/audit-logs?verify=yes&event=user-login", "audit-log-verified");
        foreach (
            var (hooks, name) in new[] { ("/ann/settings/webhooks", "webhooks"), ("/ann/store/prod/settings/webhooks", "stack-webhooks") }
        )
        {
            await See(hooks, name + "-none");
            await _console.Page.FillAsync("[name=DisplayName]", "Chat");
            await _console.Page.FillAsync("[name=PayloadUrl]", "https://127.0.0.1/x");
            await _console.Click(AriaRole.Button, "Create");
            await _console.Inspect(name + "-problem");
            await _console.Page.FillAsync("[name=PayloadUrl]", "https://hook.invalid/x");
            await _console.Click(AriaRole.Button, "Create");
            await _console.Click(AriaRole.Button, "Send a ping");
            await _console.Page.ClickAsync(".delivery summary");
            await _console.Inspect(name + "-one");
            _seen.Add(new Uri(_console.Page.Url).AbsolutePath);
            await See(hooks, name);
        }
    }

    private async Task Tokens()
    {
        await See("/user/settings/tokens", "tokens-none");
        await See("/account/tokens?create", "tokens-create");
        await _console.Page.FillAsync("[name='Form.Description']", "laptop");
        await _console.Page.SelectOptionAsync("[name='Form.Days']", "30");
        await _console.Click(AriaRole.Button, "Create token");
        await _console.Inspect("tokens-shown-once");
        if (ConsoleBrowser.UpdatesPictures)
        {
            await _console.Page.ScreenshotAsync(new() { Path = Path.Combine(Repository.Root, "docs", "images", "console.png") });
        }
        (await _console.Page.TextContentAsync("tbody"))!.ShouldContain("in 30 days");
        await See("/user/settings/tokens", "tokens");
        await See("/user/settings/tokens?filter=expired", "tokens-expired");
        await _console.Open("/user/settings/tokens");
        await _console.Click(AriaRole.Link, "Delete laptop");
        await _console.Inspect("tokens-delete");
        await _console.Open("/user/settings/tokens");
        await _console.Click(AriaRole.Link, "Rotate laptop");
        await _console.Inspect("tokens-rotate");
        await _console.Click(AriaRole.Button, "Rotate token");
        await _console.Inspect("tokens-rotated");
        (await _console.Page.TextContentAsync("tbody"))!.ShouldContain("value before");
        await _console.Click(AriaRole.Link, "Rename laptop");
        await _console.Inspect("tokens-rename");
        await _console.Page.FillAsync("[name=Description]", "desk");
        await _console.Click(AriaRole.Button, "Rename token");
        (await _console.Page.TextContentAsync("tbody"))!.ShouldContain("desk");
    }

    private async Task MachineTokens()
    {
        await See("/ann/settings/access-tokens?action=create", "organization-tokens-create");
        await _console.Page.FillAsync("[name='Form.Name']", "ci");
        await _console.Click(AriaRole.Button, "Create token");
        await _console.Inspect("organization-tokens");
        await See("/ann/settings/oidc", "oidc-none");
        await See("/ann/settings/oidc?action=register", "oidc-register");
    }

    private async Task Settings()
    {
        await See("/user/settings", "profile");
        await _console.Page.FillAsync("[name=DisplayName]", "Ann Example");
        await _console.Click(AriaRole.Button, "Save");
        await _console.Inspect("profile-saved");
        await See("/user/settings/password", "password");
        await _console.Page.FillAsync("[name=Current]", "not my password");
        await _console.Page.FillAsync("[name=New]", "a much better one");
        await _console.Click(AriaRole.Button, "Change password");
        await _console.Inspect("password-problem");
        await See("/user/settings/sessions", "sessions");
        await See("/user/settings/devices", "devices");
        await See("/user/settings/factors", "factors");
        await _console.Click(AriaRole.Button, "Set up an authenticator app");
        await _console.Inspect("factors-app");
        await See("/user/settings/confirm", "confirm");
        await See("/user/settings/identities", "identities");
        await See("/ann/settings/factors", "factor-rule");
        await See("/user/settings/verify-email?link=none", "verify-email");
        await See("/admin/accounts", "accounts");
        await _console.Click(AriaRole.Button, "Make a reset link for ann");
        await _console.Inspect("accounts-link");
        await See("/admin/accounts?kind=machines", "accounts-machines");
        await See("/admin/accounts/ann", "account");
        await _console.Click(AriaRole.Button, "Take it from ann");
        await _console.Inspect("account-problem");
        await See("/user/settings/email", "email");
        await See("/user/settings/email/confirm?link=none", "email-confirm");
    }

    private async Task Organizations()
    {
        await See("/ann", "organization");
        await See("/nobody", "organization-missing");
        await See("/ann/settings/saml", "saml-individual");
        await See("/claim/abc", "claim");
        await See("/ann/neo/tasks/1", "neo");
        await See("/ann/insights/policypacks/aws/1", "policy-pack");
        await See("/ann/web/dev/deployments/1", "deployment");
        await MakeStacks();
        await See("/ann", "stacks");
        await See("/ann?q=nothing+like+it", "stacks-not-found");
        await See("/ann?group=project", "stacks-grouped");
        await See("/", "dashboard-stacks");
        await See("/ann/web", "project");
        await See("/ann/web/new", "stack-new");
        await Updates();
    }

    private async Task SharedOrganization()
    {
        await See("/organizations/new", "organization-new");
        await _console.Page.FillAsync("[name=Login]", "ann");
        await _console.Click(AriaRole.Button, "Create organization");
        await _console.Inspect("organization-new-problem");
        await _console.Page.FillAsync("[name=Login]", "acme");
        await _console.Click(AriaRole.Button, "Create organization");
        await _console.Inspect("members");
        await _console.Page.FillAsync("[name=Email]", "bob@example.com");
        await _console.Click(AriaRole.Button, "Invite");
        await _console.Inspect("members-invited");
        var link = new Uri((await _console.Page.Locator("#invite-link").InnerTextAsync()).Trim());
        await See(link.PathAndQuery, "invite");
        await See("/invites/none", "invite-over");
        await See("/acme/settings", "organization-settings");
        await See("/acme/settings/members", "members-open");
        await See("/acme/settings/teams", "teams-none");
        await _console.Page.FillAsync("[name=Name]", "operations");
        await _console.Page.FillAsync("[name=Description]", "Keeps everything running");
        await _console.Click(AriaRole.Button, "Create team");
        await _console.Page.FillAsync("[name=StackName]", "web/none");
        await _console.Click(AriaRole.Button, "Give the stack");
        await _console.Inspect("team-problem");
        await See("/acme/settings/teams/operations", "team");
        await See("/acme/settings/teams", "teams");
        await See("/acme/settings/sign-in", "sign-in-provider");
        await _console.Page.FillAsync("[name=Issuer]", "https://login.example.com?x=1");
        await _console.Page.FillAsync("[name=ClientId]", "holdfast");
        await _console.Page.FillAsync("[name=ClientSecret]", "of the pages");
        await _console.Click(AriaRole.Button, "Save");
        await _console.Inspect("sign-in-provider-problem");
        await See("/ann/settings/sign-in", "sign-in-provider-own");
        await See("/acme/settings/roles", "roles");
        await See("/acme/settings/roles?action=create", "role-new");
        await _console.Page.FillAsync("[name='Form.Name']", "developers");
        await _console.Page.FillAsync("[name='Form.StackTagValue']", "dev");
        await _console.Click(AriaRole.Button, "Create role");
        await _console.Inspect("role-new-problem");
        await _console.Page.FillAsync("[name='Form.Description']", "Update what is not in production");
        await _console.Page.SelectOptionAsync("[name='Form.StackLevel']", "102");
        await _console.Page.FillAsync("[name='Form.StackTag']", "env");
        await _console.Click(AriaRole.Button, "Create role");
        await See(new Uri(_console.Page.Url).PathAndQuery, "role");
        await _console.Click(AriaRole.Button, "Give it to new members");
        await See("/acme/settings/roles", "roles-own");
        await See("/ann/settings", "organization-settings-own");
    }

    private async Task Environments()
    {
        const string list = "/acme/~environments";
        await See(list, "environments-none");
        await _console.Page.FillAsync("[name=Name]", "no spaces");
        await _console.Click(AriaRole.Button, "Create environment");
        await _console.Inspect("environments-problem");
        await _console.Page.FillAsync("[name=Project]", "web");
        await _console.Page.FillAsync("[name=Name]", "base");
        await _console.Click(AriaRole.Button, "Create environment");
        await _console.Page.FillAsync("[name=Text]", "values:\n  region: ${somewhere}\n");
        await _console.Click(AriaRole.Button, "Save");
        await _console.Inspect("environment-problem");
        await _console.Page.FillAsync(
            "[name=Text]",
            "imports: []\nvalues:\n  region: eu-west-1\n  # rotated by hand\n  database:\n    password:\n      fn::secret: of the pages\n"
        );
        await _console.Click(AriaRole.Button, "Save");
        await See(list + "/web/base", "environment");
        await See(list + "/web/base?revision=1", "environment-older");
        await See(list, "environments");
        await See(list + "/web/base", "environment");
        await _console.Click(AriaRole.Button, "Delete web/base");
        await _console.Inspect("environments-deleted");
        await _console.Click(AriaRole.Button, "Restore web/base");
    }

    private async Task Updates()
    {
        using var stock = await Cli();
        const string stack = "/" + UpdateScenes.Stack;
        await See("/ann/web/new/updates", "updates-none");
        var preview = await UpdateScenes.Make(stock);
        var running = await UpdateScenes.Running(stock);
        await See(stack + "/updates", "updates");
        await See(stack + "/updates?show=previews", "updates-previews");
        await See(stack + "/updates/2", "update");
        await _console.Page.EvaluateAsync("document.querySelectorAll('#changes details').forEach((d) => (d.open = true))");
        await _console.Inspect("update-changes-open");
        foreach (var part in new[] { "diagnostics", "timeline", "configuration", "environment" })
        {
            await See($"{stack}/updates/2?show={part}", "update-" + part);
        }
        await See(stack + "/updates/3", "update-nothing");
        await See(stack + "/updates/5", "update-running");
        await See(stack + "/previews/" + preview, "preview");
        await See(stack + "/updates/compare?from=2&to=4", "updates-compare");
        await See(stack + "/updates/2/rollback", "update-rollback");
        await _console.Click(AriaRole.Button, "Roll back to version 2");
        await _console.Inspect("update-rollback-refused");
        await running.Complete();
        await UpdateScenes.Hostile(stock, "ann/shop/odd");
        await See("/ann/shop/odd/updates", "updates-hostile");
        await See("/ann/shop/odd/updates/1", "update-hostile");
        await _console.Page.EvaluateAsync("document.querySelectorAll('#changes details').forEach((d) => (d.open = true))");
        await _console.Inspect("update-hostile-open");
    }

    private async Task Stacks()
    {
        await StackSamples.Make(_console.Server);
        await See("/ann/store/prod", "stack");
        await _console.Page.GetByRole(AriaRole.Button, new() { Name = "Reveal the secret /password" }).ClickAsync();
        await _console.Inspect("stack-secret");
        await See("/ann/store/prod?tag=team", "stack-tag");
        await See("/ann/store/wild", "stack-wild");
        await See("/ann/web/prod", "stack-running");
        await See("/ann/store/prod/resources", "resources");
        await See("/ann/store/large/resources?page=2", "resources-large");
        await See("/ann/store/wild/resources", "resources-wild");
        await See("/ann/store/prod/resource?urn=urn:pulumi:prod::store::aws:s3/bucket:Bucket::assets", "resource");
        await See("/ann/store/prod/resources/graph", "graph");
        await See("/ann/store/large/resources/graph", "graph-large");
        await See("/ann/store/prod/activity", "activity");
        await See("/ann/store/prod/readme", "readme");
        await See("/ann/store/wild/readme", "readme-wild");
        await See("/ann/store/prod/settings", "stack-settings");
        await See("/ann/web/prod/settings/options", "stack-settings-running");
        await See("/ann/store/prod/settings/import", "stack-import");
        await See("/ann/store/prod/settings/access", "stack-access");
        await See("/ann/resources", "search");
        await See("/ann/resources?query=type:subnet", "search-some");
        await See("/ann/resources?query=colour:red", "search-wrong");
        await See("/ann/~deleted", "deleted-none");
        await _console.Open("/ann/web/new/settings");
        await _console.Page.FillAsync("[name=Typed]", "web/new");
        await _console.Click(AriaRole.Button, "Delete the stack");
        await _console.Inspect("deleted");
    }

    /// <summary>One that failed, one that runs, one with a name and a tag of great length, one new.</summary>
    private async Task MakeStacks()
    {
        using var stock = await Cli();
        foreach (var name in new[] { "dev", "prod", new string('x', 100), "new" })
        {
            await stock.CreateStack("ann/web/" + name);
        }
        (
            await stock.Post(
                "/api/stacks/ann/web/prod/tags",
                new JsonObject { ["name"] = "team", ["value"] = "<b>ops</b> " + new string('y', 240) }
            )
        ).Expect();
        var failed = await StockRun.Begin(stock, "ann/web/dev");
        (await failed.Verbatim(Stock.Untyped(Stock.Deployment(Stock.Resource("a"))), 1)).Expect();
        await failed.Complete("failed");
        await StockRun.Begin(stock, "ann/web/prod");
    }

    private async Task<StockClient> Cli()
    {
        var token = (await _console.Server.Holdfast("", "token", "add", "--user", "ann")).Out.Trim();
        return new(new HttpClient { BaseAddress = new(_console.Server.Url) }, token);
    }

    private async Task LoginOfACommand()
    {
        var request = CliLogin + TestServer.FreePort();
        await See(request, "cli-login");
        await _console.Click(AriaRole.Button, "Authorize");
        await _console.Page.GetByText("This browser cannot reach the command").WaitForAsync();
        await _console.Inspect("cli-login-unreachable");
        await _console.Click(AriaRole.Button, "Show a token to paste");
        await _console.Inspect("cli-login-token");
        await See("/cli-login/token", "cli-login-token-gone");
        await See("/cli-login", "cli-login-incomplete");
        await _console.Open(request);
        await _console.Click(AriaRole.Button, "Deny");
        await _console.Inspect("cli-login-denied");
        await See("/welcome/cli", "welcome");
        await See("/device", "device");
        await See("/login/ann/sso/saml/confirm", "saml-over");
        await See("/login/ann/sso/saml/refused", "saml-refused");
        await See("/oauth/authorize", "authorize-incomplete");
    }

    private async Task Errors()
    {
        await See("/welcome/no/such/page", "error-404");
        await See("/error", "error");
        await Sql("ALTER TABLE access_tokens RENAME TO hidden");
        await See("/user/settings/tokens", "error-500");
        (await _console.Page.TextContentAsync("h1")).ShouldBe("Something went wrong");
        await Sql("ALTER TABLE hidden RENAME TO access_tokens");
        await Sql("ALTER TABLE sessions RENAME TO hidden");
        await _console.Open("/");
        (await _console.Page.TextContentAsync("h1")).ShouldBe("Something went wrong"); // not even who asks can be found out
        await Sql("ALTER TABLE hidden RENAME TO sessions");
    }

    private async Task SignIn()
    {
        await See("/signin/forgot", "forgot");
        await See("/signin/new-password?link=none", "new-password-refused");
        await See("/signin/factor", "factor-step-none");
        await See("/signin", "sign-in");
        await _console.Page.FillAsync("[name=Name]", "ann");
        await _console.Page.FillAsync("[name=Password]", "not my password");
        await _console.Click(AriaRole.Button, "Sign in");
        await _console.Inspect("sign-in-problem");
        await See("/welcome/cli", "welcome-signed-out");
    }

    private async Task See(string path, string name)
    {
        await _console.Open(path);
        (await _console.Page.TextContentAsync("h1") == "Something went wrong").ShouldBe(name is "error-500", path);
        _seen.Add(path.Split('?')[0]);
        await _console.Inspect(name);
    }

    private async Task Sql(string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(_console.Server.Data, "holdfast.db")};Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // written above
        command.CommandText = "PRAGMA legacy_alter_table = ON; " + sql;
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
    }

    private static IEnumerable<string> Routes() =>
        typeof(Server.Application)
            .Assembly.GetTypes()
            .SelectMany(t => t.GetCustomAttributes<RouteAttribute>())
            .Select(r => r.Template)
            .Order(StringComparer.Ordinal);

    private static bool Fits(string route, string path) =>
        route.Split('/').Length == path.Split('/').Length
        && route.Split('/').Zip(path.Split('/')).All(s => s.First.StartsWith('{') || s.First == s.Second);
}
