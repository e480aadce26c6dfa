using Cli.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace Cli.Tests.Config;

/// <summary>What a cloud is asked, and what its answers do to the file.</summary>
public sealed class ConfigWireTests : IAsyncLifetime
{
    private const string Stack = "/api/stacks/alice/web/dev";
    private readonly Workspace _work = new();
    private readonly Dictionary<string, string> _answers = new()
    {
        ["GET " + Stack] = """{"id":"1","orgName":"alice","projectName":"web","stackName":"dev","activeUpdate":"","tags":{},"version":0}""",
        ["GET /api/user/organizations/default"] = """{"GitHubLogin":"alice","Messages":[]}""",
    };

    private FakeCloud _cloud = null!;

    public async ValueTask InitializeAsync()
    {
        _cloud = await FakeCloud.Start();
        _cloud.Special = async http =>
        {
            var known = _answers.TryGetValue($"{http.Request.Method} {http.Request.Path}", out var answer);
            if (known)
            {
                await http.Response.WriteAsync(answer!);
            }
            return known;
        };
        _work.Machine.Variables["PULUMI_BACKEND_URL"] = _cloud.Url;
        _work.Machine.Variables["PULUMI_ACCESS_TOKEN"] = "good";
        await _work.Run("whoami");
        _cloud.Requests.Clear();
    }

    public ValueTask DisposeAsync()
    {
        _work.Dispose();
        return _cloud.DisposeAsync();
    }

    [Fact]
    public async Task A_value_in_plain_text_costs_one_request_about_the_stack()
    {
        (await _work.Run("config", "set", "a", "x", "-s", "alice/dev")).ShouldBe(new(0, "", ""));

        _cloud.Lines.Where(line => line.Contains("/stacks/", StringComparison.Ordinal)).ShouldBe(["GET " + Stack]);
        File.ReadAllText(_work.StackFile("dev")).ShouldBe("config:\n  web:a: x\n");
    }

    [Fact]
    public async Task Refreshing_asks_for_the_last_update()
    {
        _answers[$"GET {Stack}/updates/latest"] = """
            {"info":{"kind":"update","startTime":1,"message":"","version":1,"endTime":2,"result":"succeeded",
            "environment":{"stack.environments":"[{\"id\":\"web/dev@3\"}]"},"resourceChanges":{},
            "config":{"web:a":{"string":"x","secret":false,"object":false},"web:s":{"string":"AAEC","secret":true,"object":false},
            "web:o":{"string":"{\"l\":[1,{\"secure\":\"BBB=\"}]}","secret":true,"object":true}}},"version":1,"latestVersion":1}
            """;
        _answers[$"GET {Stack}/export"] = """{"version":3,"deployment":{"manifest":{},"resources":[]}}""";

        (await _work.Run("config", "refresh", "-s", "alice/dev")).ShouldBe(new(0, "refreshed configuration for stack 'dev'\n", ""));

        File.ReadAllText(_work.StackFile("dev"))
            .ShouldBe(
                "config:\n  web:a: x\n  web:o:\n    l:\n      - 1\n      - secure: BBB=\n  web:s:\n    secure: AAEC\nenvironment:\n  - web/dev@3\n"
            );
    }

    [Theory]
    [InlineData("config set not supported for remote stack config: use `pulumi env set web/prod pulumiConfig.a <value>`", "set", "a", "x")]
    [InlineData("config rm not supported for remote stack config: use `pulumi env edit web/prod`", "rm", "a")]
    [InlineData("config refresh not supported for remote stack config: use `pulumi env edit web/prod`", "refresh")]
    public async Task Configuration_that_an_environment_holds_is_not_changed_here(string message, params string[] words)
    {
        _answers["GET " + Stack] =
            """{"id":"1","orgName":"alice","projectName":"web","stackName":"dev","config":{"environment":"web/prod"}}""";

        (await _work.Run(["config", .. words, "-s", "alice/dev"])).ShouldBe(new(1, "", $"error: {message}\n"));
        File.Exists(_work.StackFile("dev")).ShouldBeFalse();
    }
}
