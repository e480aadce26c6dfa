using System.Net;
using System.Web;

namespace Cli.Tests;

/// <summary>Logging in with a person at the terminal.</summary>
public sealed class InteractiveCases
{
    private const string Prompt =
        "Manage your Pulumi stacks by logging in.\n"
        + "Run `pulumi login --help` for alternative login options.\n"
        + "Enter your access token from https://app.pulumi.com/account/tokens\n"
        + "    or hit <ENTER> to log in using your browser                   : ";

    private const string Welcome =
        "\n\n  Welcome to Pulumi!\n\n  Your stacks, state, and deployment history live at https://app.pulumi.com\n\n"
        + "  See what's new: https://www.pulumi.com/releases/changelog/\n\n"
        + "  New to Pulumi? Create your first project with `pulumi new`.\n\n\n";

    private const string LoggedIn = "Logged in to pulumi.com as alice (https://app.pulumi.com/alice)\n";

    [Theory]
    [InlineData("good")]
    [InlineData("  good ")]
    public async Task Case_26_a_token_is_pasted(string typed)
    {
        await using var cloud = await FakeCloud.Start();
        using var machine = new TestMachine(cloud) { Interactive = true };
        machine.Typed.Enqueue(typed);
        (await machine.Run("login")).ShouldBe(new Outcome(0, Prompt + Welcome + LoggedIn, ""));
        cloud.Lines.ShouldBe(["GET /api/user"]);
    }

    [Fact]
    public async Task A_rejected_paste_is_not_welcomed()
    {
        await using var cloud = await FakeCloud.Start();
        using var machine = new TestMachine(cloud) { Interactive = true };
        machine.Typed.Enqueue("bad");
        (await machine.Run("login")).ShouldBe(
            new Outcome(1, Prompt, "error: could not log in to the Pulumi Cloud: Unauthorized: No credentials provided or are invalid.\n")
        );
        machine.Credentials.ShouldBeNull();
    }

    [Fact]
    public async Task Case_27_and_28_the_browser_brings_a_token_and_nobody_else_does()
    {
        await using var cloud = await FakeCloud.Start();
        using var machine = new TestMachine(cloud) { Interactive = true };
        machine.Typed.Enqueue("");
        var page = new TaskCompletionSource<Uri>();
        machine.Browser = url => Task.FromResult(page.TrySetResult(url));
        var login = machine.Run("login");
        var query = HttpUtility.ParseQueryString((await page.Task).Query);
        (await page.Task).AbsoluteUri.ShouldBe(
            "https://app.pulumi.com/cli-login?cliCommand=pulumi+login&cliSessionDescription="
                + "Generated+by+pulumi+login+on+build-7+at+21+Aug+26+10%3A15+UTC"
                + $"&cliSessionNonce={query["cliSessionNonce"]}&cliSessionPort={query["cliSessionPort"]}"
        );
        query["cliSessionNonce"]!.Length.ShouldBe(64);

        using var browser = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false });
        var back = $"http://127.0.0.1:{query["cliSessionPort"]}/";
        (await browser.GetAsync($"{back}?accessToken=good&nonce=wrong")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await browser.GetAsync($"{back}?nonce={query["cliSessionNonce"]}")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        login.IsCompleted.ShouldBeFalse();
        var answer = await browser.GetAsync($"{back}any/path?accessToken=good&nonce={query["cliSessionNonce"]}");
        answer.StatusCode.ShouldBe(HttpStatusCode.TemporaryRedirect);
        answer.Headers.Location.ShouldBe(new Uri("https://app.pulumi.com/welcome/cli"));

        const string Launched = "We've launched your web browser to complete the login process.\n\nWaiting for login to complete...\n";
        (await login).ShouldBe(new Outcome(0, Prompt + Launched + Welcome + LoggedIn, ""));
        await Should.ThrowAsync<HttpRequestException>(() => browser.GetAsync(back));
    }

    [Fact]
    public async Task A_console_of_ones_own_shows_words_to_compare()
    {
        await using var cloud = await FakeCloud.Start();
        using var machine = new TestMachine { Interactive = true, Variables = { ["PULUMI_CONSOLE_DOMAIN"] = "console.test" } };
        machine.Typed.Enqueue("");
        var phrase = "";
        using var browser = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false });
        Task? coming = null;
        machine.Browser = url =>
        {
            var query = HttpUtility.ParseQueryString(url.Query);
            phrase = Wire.PairingPhrase.Of(query["cliSessionNonce"]!);
            coming = browser.GetAsync($"http://127.0.0.1:{query["cliSessionPort"]}/?accessToken=good&nonce={query["cliSessionNonce"]}");
            return Task.FromResult(false);
        };
        var outcome = await machine.Run("login", cloud.Url);
        await coming!;
        outcome.Out.ShouldContain("We couldn't launch your web browser for some reason. Please visit:\n\nhttp://console.test/cli-login?");
        outcome.Out.ShouldContain(
            "\n\nto finish the login process.\n"
                + $"The page shows the words \"{phrase}\". If it shows others, do not authorize.\n\nWaiting for login to complete...\n"
        );
    }

    [Fact]
    public async Task Case_29_leaving_the_prompt()
    {
        using var machine = new TestMachine { Interactive = true };
        machine.Typed.Enqueue(null);
        (await machine.Run("login")).ShouldBe(new Outcome(1, Prompt, "error: could not log in to the Pulumi Cloud: EOF\n"));
    }

    [Fact]
    public async Task Without_a_known_console_there_is_only_the_token()
    {
        await using var cloud = await FakeCloud.Start();
        using var machine = new TestMachine { Interactive = true };
        machine.Typed.Enqueue("");
        machine.Typed.Enqueue("good");
        const string Ask = "Enter your access token: ";
        (await machine.Run("login", cloud.Url)).ShouldBe(new Outcome(0, $"{Ask}{Ask}Logged in to {cloud.Url} as alice ()\n", ""));
    }

    [Fact]
    public async Task Case_42_an_account_is_chosen()
    {
        using var machine = new TestMachine { Interactive = true };
        machine.StoreAccounts("http://127.0.0.1:9", "http://127.0.0.1:8");
        machine.Choose = (title, list) =>
        {
            title.ShouldBe("Please choose an account (2 total):");
            list.ShouldBe(["http://127.0.0.1:8", "http://127.0.0.1:9"]);
            return list[0];
        };
        (await machine.Run("login", "--interactive")).Out.ShouldBe("Logged in to http://127.0.0.1:8 as alice ()\n");
        machine.Credentials!.ShouldContain("\"current\": \"http://127.0.0.1:8\"");
        machine.Choose = (_, _) => null;
        (await machine.Run("login", "--interactive")).Error.ShouldBe(
            "error: no account selected; please use `pulumi login --interactive` to choose one\n"
        );
    }

    [Theory]
    [InlineData("GITHUB_ACTIONS", "true")]
    [InlineData("TERM", "dumb")]
    public async Task Nobody_is_asked_where_nobody_can_be(string variable, string value)
    {
        using var machine = new TestMachine { Interactive = true, Variables = { [variable] = value } };
        (await machine.Run("login")).Code.ShouldBe(3);
        machine.Prompts.ShouldBeEmpty();
    }
}
