using System.Net;
using Support;

namespace Server.Tests.Stacks;

public class StackConfigTests
{
    [Fact]
    public async Task Configuration_is_in_files_until_there_are_environments()
    {
        await using var server = await TestServer.Start();
        using var ann = await server.ClientOf("ann");
        await ann.CreateStack("ann/web/dev");
        const string config = "/api/stacks/ann/web/dev/config";

        (await ann.GetAsync(config)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        var put = await ann.PutAsync(config, new StringContent("""{"environment":"web/dev"}"""));
        put.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await put.Content.ReadAsStringAsync()).ShouldContain("no environments yet");
        (await ann.DeleteAsync(config)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await ann.ReadStack("ann/web/dev")).Config.ShouldBeNull();
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
