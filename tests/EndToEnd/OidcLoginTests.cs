using System.Text.Json.Nodes;
using Support;

namespace EndToEnd;

/// <summary>A machine with an identity of its own logs in with nothing stored: the published programs and a provider on loopback.</summary>
public sealed class OidcLoginTests : IDisposable
{
    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("holdfast-home-");

    public void Dispose() => _home.Delete(recursive: true);

    [Fact]
    public async Task A_token_of_a_build_is_exchanged_for_one_of_the_organization_and_nothing_else_is()
    {
        await using var issuer = await TokenIssuer.Start();
        using var server = await PublishedServer.Start("--allow-private-network", "127.0.0.0/8");
        (
            await server.Holdfast("correct horse battery\n", "user", "add", "ann", "--email", "ann@example.com", "--password-stdin")
        ).Exit.ShouldBe(0);
        using var admin = new HttpClient { BaseAddress = new(server.Url) };
        var own = (await server.Holdfast("", "token", "add", "--user", "ann", "--expires", "1d")).Out.Trim();
        admin.DefaultRequestHeaders.Add("Authorization", "token " + own);
        await Allow(admin, issuer);

        var good = issuer.Sign(issuer.GitHubClaims(DateTimeOffset.UtcNow, "urn:pulumi:org:ann"));
        var login = await Pulumi(server, "login", server.Url, "--oidc-token", good, "--oidc-org", "ann");
        (login.Exit, login.Error).ShouldBe((0, ""));
        login.Out.ShouldContain($"Logged in to {server.Url} as ann/oidc/build");
        (await Pulumi(server, "whoami")).Out.Trim().ShouldBe("ann/oidc/build");
        (await Pulumi(server, "stack", "ls", "--all", "--json")).Out.Trim().ShouldBe("[]");
        Directory
            .EnumerateFiles(_home.FullName, "*", SearchOption.AllDirectories)
            .Where(f => File.ReadAllText(f).Contains(good, StringComparison.Ordinal))
            .ShouldBeEmpty("what was exchanged is not kept");
        (await Pulumi(server, "logout")).Exit.ShouldBe(0);

        var file = Path.Combine(_home.FullName, "token");
        var replayed = await Pulumi(server, "login", server.Url, "--oidc-token", good, "--oidc-org", "ann");
        (replayed.Exit, replayed.Error.Contains("it has been exchanged before", StringComparison.Ordinal)).ShouldBe(
            (1, true),
            replayed.Error
        );
        await File.WriteAllTextAsync(
            file,
            issuer.Sign(issuer.GitHubClaims(DateTimeOffset.UtcNow, "urn:pulumi:org:ann")),
            TestContext.Current.CancellationToken
        );
        (await Pulumi(server, "login", server.Url, "--oidc-token", "file://" + file, "--oidc-org", "ann")).Exit.ShouldBe(0);
        (await Pulumi(server, "logout")).Exit.ShouldBe(0);

        var branch = issuer.GitHubClaims(DateTimeOffset.UtcNow, "urn:pulumi:org:ann");
        branch["sub"] = "repo:acme/shop:ref:refs/heads/feature";
        var unruly = await Pulumi(server, "login", server.Url, "--oidc-token", issuer.Sign(branch), "--oidc-org", "ann");
        (unruly.Exit, unruly.Error.Contains("give no token of the organization: no rule allows it", StringComparison.Ordinal)).ShouldBe(
            (1, true),
            unruly.Error
        );
        await using var stranger = await TokenIssuer.Start();
        var foreign = await Pulumi(
            server,
            "login",
            server.Url,
            "--oidc-token",
            stranger.Sign(stranger.GitHubClaims(DateTimeOffset.UtcNow, "urn:pulumi:org:ann")),
            "--oidc-org",
            "ann"
        );
        foreign.Exit.ShouldBe(1);
        foreign.Error.ShouldContain("An administrator registers it under Settings, OIDC issuers.");
        (await Pulumi(server, "whoami")).Exit.ShouldNotBe(0, "nobody is logged in");
        (await server.Stop()).Error.ShouldNotContain(good);
    }

    /// <summary>The main branch of a repository gets a token of the organization ann.</summary>
    private static async Task Allow(HttpClient admin, TokenIssuer issuer)
    {
        var made = await admin.PostAsync(
            "/api/orgs/ann/oidc/issuers",
            new StringContent(new JsonObject { ["name"] = "build", ["url"] = issuer.Url }.ToJsonString())
        );
        var id = (string)JsonNode.Parse(await made.Content.ReadAsStringAsync())!["id"]!;
        var policy = (string)JsonNode.Parse(await admin.GetStringAsync($"/api/orgs/ann/auth/policies/oidcissuers/{id}"))!["id"]!;
        (
            await admin.PatchAsync(
                $"/api/orgs/ann/auth/policies/{policy}",
                new StringContent(
                    """{"policies":[{"decision":"allow","tokenType":"organization","rules":{"sub":"repo:acme/shop:ref:refs/heads/main"}}]}"""
                )
            )
        ).EnsureSuccessStatusCode();
    }

    private Task<(int Exit, string Out, string Error)> Pulumi(PublishedServer server, params string[] arguments) =>
        Published.Run(
            Published.Pulumi,
            new Dictionary<string, string> { ["PULUMI_HOME"] = _home.FullName, ["PULUMI_CONSOLE_DOMAIN"] = server.Console },
            "",
            arguments
        );
}
