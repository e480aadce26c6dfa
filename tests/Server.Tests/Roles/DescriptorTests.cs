using Server.Organizations;
using Server.Tests.Organizations;
using Support;
using static Server.Tests.Roles.RoleCalls;

namespace Server.Tests.Roles;

public class DescriptorTests
{
    private const string Stack = """{"__type":"PermissionExpressionStack"}""";
    private const string Text = """{"__type":"PermissionLiteralExpressionString","value":"a"}""";

    public static TheoryData<string, string> Wrong =>
        new()
        {
            { "null", "'details' is missing" },
            { "[]", "details: an object is wanted." },
            { "{}", "details: '__type' is missing." },
            { """{"__type":"Admin"}""", "details: 'Admin' is no node of a role" },
            { Allow("stack:fly"), "details: 'stack:fly' is no permission" },
            { """{"__type":"PermissionDescriptorAllow","permissions":"all"}""", "details.permissions: a list is wanted." },
            { """{"__type":"PermissionDescriptorAllow","permissions":[1]}""", "details.permissions[0]: a text is wanted." },
            {
                """{"__type":"PermissionDescriptorAllow","permissions":[],"constraints":{"MaxOpenDuration":1}}""",
                "details.constraints: constraints are not enforced here"
            },
            { Group(Allow(), If(Text, Allow())), "details.entries[1].condition: a condition is true or false." },
            { If(StackIs("acme/x/dev"), Allow()), "'acme/x/dev' is no id" },
            { If(Equal(Stack, Text), Allow()), "details.condition: a stack and a text are compared, which are never equal." },
            { If("""{"__type":"PermissionExpressionLater"}""", Allow()), "'PermissionExpressionLater' is no expression of a role." },
            {
                If("""{"__type":"PermissionExpressionHasTag","context":{"__type":"PermissionExpressionTeam"},"key":"a"}""", Allow()),
                "details.condition.context: only stacks and environments have tags."
            },
            {
                If($$"""{"__type":"PermissionExpressionHasTag","context":{{Stack}},"key":"a\u0000"}""", Allow()),
                "it has control characters."
            },
            { If($$"""{"__type":"PermissionExpressionHasTag","context":{{Stack}},"key":"\ud800"}""", Allow()), "it is no valid Unicode." },
            {
                $$"""{"__type":"PermissionDescriptorSelect","selector":{{Text}},"options":[{"value":{{Stack}},"node":{{Allow()}}}]}""",
                "the value of an option is a literal."
            },
            { Deep(25), "a role has at most 24 levels." },
        };

    [Fact]
    public async Task What_is_no_tree_of_a_role_is_refused_with_the_place_and_the_reason()
    {
        await using var server = await TestServer.Start();
        using var people = await People.Start(server);
        await people.MakeOrganization("acme", StackLevel.None);

        foreach (var (details, reason) in Wrong.Select(row => row.Data))
        {
            var answer = await people["ada"].PostRole("wrong", details);

            var text = (await answer.Content.ReadAsStringAsync()).Replace("\\u0027", "'", StringComparison.Ordinal);
            ((int)answer.StatusCode).ShouldBe(400, details);
            text.ShouldContain(reason, customMessage: details);
        }
        (await people["ada"].PostRole("deep", Deep(24)).Status()).ShouldBe(200);
    }

    private static string Deep(int levels) => Enumerable.Range(1, levels - 1).Aggregate(Allow(), (inner, _) => Group(inner));
}
