using System.Net;
using Server.Tests.Environments;
using Support;

namespace Server.Tests.Stacks;

public class StackConfigTests
{
    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task A_stack_is_told_which_environment_holds_its_configuration(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var ann = await server.ClientOf("ann");
        await ann.CreateStack("ann/web/dev");
        const string config = "/api/stacks/ann/web/dev/config";
        await ann.CreateEnvironment("ann/web/settings");

        (await ann.GetAsync(config)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await ann.PutAsync(config, new StringContent("""{"environment":"web/settings@1","secretsProvider":"x"}"""))).StatusCode.ShouldBe(
            HttpStatusCode.OK
        );
        (await ann.GetStringAsync(config)).ShouldBe("""{"environment":"web/settings@1"}""");
        (await ann.ReadStack("ann/web/dev")).Config!.Environment.ShouldBe("web/settings@1");
        foreach (var wrong in (string[])["web/none", "web/settings@2", "web/settings@tag", "a/b/c", ""])
        {
            (await ann.PutAsync(config, new StringContent($$"""{"environment":"{{wrong}}"}"""))).StatusCode.ShouldBe(
                HttpStatusCode.BadRequest
            );
        }
        (await ann.DeleteAsync(config)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await ann.ReadStack("ann/web/dev")).Config.ShouldBeNull();
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task A_stack_with_remote_configuration_is_made_together_with_its_environment(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var ann = await server.ClientOf("ann");
        const string request = """{"stackName":"dev","config":{"environment":"web/dev"}}""";

        (await ann.Post("/api/stacks/ann/web", request)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await ann.ReadStack("ann/web/dev")).Config!.Environment.ShouldBe("web/dev");
        (await ann.GetAsync(EnvironmentCalls.Base + "ann/web/dev")).StatusCode.ShouldBe(HttpStatusCode.OK);

        var taken = await ann.Post("/api/stacks/ann/web", """{"stackName":"next","config":{"environment":"web/dev"}}""");
        taken.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await taken.Content.ReadAsStringAsync()).ShouldContain("already exists");
        (await ann.GetAsync("/api/stacks/ann/web/next")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await ann.Post("/api/stacks/ann/web", request)).StatusCode.ShouldBe(HttpStatusCode.Conflict);
    }

    [Theory]
    [InlineData("", 200)]
    [InlineData("?mode=audit", 200)]
    [InlineData("?mode=strict", 400)]
    public async Task No_policy_is_in_force(string query, int status)
    {
        await using var server = await TestServer.Start();
        using var ann = await server.ClientOf("ann");
        await ann.CreateStack("ann/web/dev");

        var answer = await ann.GetAsync("/api/stacks/ann/web/dev/policypacks" + query);

        ((int)answer.StatusCode).ShouldBe(status);
        if (status == 200)
        {
            (await answer.Content.ReadAsStringAsync()).ShouldBe("""{"requiredPolicies":[]}""");
        }
    }
}
