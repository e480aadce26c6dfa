using static Server.Tests.Roles.RoleCalls;

namespace Server.Tests.Roles;

/// <summary>Trees of any shape, from which nothing follows but that every reading of them agrees.</summary>
internal static class RandomRole
{
    private const string Stack = """{"__type":"PermissionExpressionStack"}""";
    private static readonly string[] Keys = ["env", "tier", "nobody-has-it"];
    private static readonly string[] Values = ["dev", "prod", "1", "2"];

    public static string Of(Random random, IReadOnlyList<string> stacks, int depth) =>
        depth == 0
            ? Allow(random.Next(4) == 0 ? "stack:export" : "stack:read")
            : random.Next(6) switch
            {
                0 or 1 => Group([.. Enumerable.Range(0, random.Next(4)).Select(_ => Of(random, stacks, depth - 1))]),
                2 or 3 => If(Condition(random, stacks, depth), Of(random, stacks, depth - 1)),
                4 => $$"""
                    {"__type":"PermissionDescriptorIfThenElse","condition":{{Condition(random, stacks, depth)}},
                     "subNodeForTrue":{{Of(random, stacks, depth - 1)}},"subNodeForFalse":{{Of(random, stacks, depth - 1)}}}
                    """,
                _ => $$"""
                    {"__type":"PermissionDescriptorSelect","selector":{{Tag(random)}},
                     "options":[{"value":{{Text(random)}},"node":{{Of(random, stacks, depth - 1)}}},{"value":{{Text(random)}},"node":{{Of(
                        random,
                        stacks,
                        depth - 1
                    )}}}]}
                    """,
            };

    private static string Condition(Random random, IReadOnlyList<string> stacks, int depth) =>
        (depth == 0 ? random.Next(6) : random.Next(10)) switch
        {
            0 or 1 => Equal(Tag(random), Text(random)),
            2 => $$"""{"__type":"PermissionExpressionHasTag","context":{{Stack}},"key":"{{Pick(random, Keys)}}"}""",
            3 => StackIs(Pick(random, stacks)),
            4 => Equal("""{"__type":"PermissionExpressionEnvironment"}""", Named("Environment")),
            5 => Equal("""{"__type":"PermissionLiteralExpressionNumber","value":1}""", """{"__type":"PermissionLiteralExpressionNumber","value":1.0}"""),
            6 => $$"""{"__type":"PermissionExpressionNot","node":{{Condition(random, stacks, depth - 1)}}}""",
            7 => Equal(Condition(random, stacks, depth - 1), """{"__type":"PermissionLiteralExpressionBool","value":false}"""),
            var n => $$"""
                {"__type":"PermissionExpression{{(n == 8 ? "And" : "Or")}}","left":{{Condition(random, stacks, depth - 1)}},
                 "right":{{Condition(random, stacks, depth - 1)}}}
                """,
        };

    private static string Tag(Random random) =>
        $$"""{"__type":"PermissionExpressionTag","context":{{Stack}},"key":"{{Pick(random, Keys)}}"}""";

    private static string Text(Random random) =>
        $$"""{"__type":"PermissionLiteralExpressionString","value":"{{Pick(random, Values)}}"}""";

    private static string Named(string kind) =>
        $$"""{"__type":"PermissionLiteralExpression{{kind}}","identity":"{{Guid.NewGuid()}}"}""";

    private static T Pick<T>(Random random, IReadOnlyList<T> from) => from[random.Next(from.Count)];
}
