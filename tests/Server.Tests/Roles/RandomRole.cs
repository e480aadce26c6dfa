using static Server.Tests.Roles.RoleCalls;

namespace Server.Tests.Roles;

/// <summary>Trees of any shape, from which nothing follows but that every reading of them agrees.</summary>
/// <param name="kind">What its conditions are about: <c>Stack</c> or <c>Environment</c>.</param>
/// <param name="ids">Of things of that kind.</param>
internal sealed class RandomRole(Random random, string kind, IReadOnlyList<string> ids)
{
    private static readonly string[] Keys = ["env", "tier", "nobody-has-it"];
    private static readonly string[] Values = ["dev", "prod", "1", "2"];

    private string This => $$"""{"__type":"PermissionExpression{{kind}}"}""";
    private string Other => kind == "Stack" ? "Environment" : "Stack";

    public string Of(int depth) =>
        depth == 0
            ? Allow(random.Next(4) == 0 ? "audit_logs:read" : kind.ToLowerInvariant() + ":read")
            : random.Next(6) switch
            {
                0 or 1 => Group([.. Enumerable.Range(0, random.Next(4)).Select(_ => Of(depth - 1))]),
                2 or 3 => If(Condition(depth), Of(depth - 1)),
                4 => $$"""
                    {"__type":"PermissionDescriptorIfThenElse","condition":{{Condition(depth)}},
                     "subNodeForTrue":{{Of(depth - 1)}},"subNodeForFalse":{{Of(depth - 1)}}}
                    """,
                _ => $$"""
                    {"__type":"PermissionDescriptorSelect","selector":{{Tag()}},
                     "options":[{"value":{{Text()}},"node":{{Of(depth - 1)}}},{"value":{{Text()}},"node":{{Of(depth - 1)}}}]}
                    """,
            };

    private string Condition(int depth) =>
        (depth == 0 ? random.Next(6) : random.Next(10)) switch
        {
            0 or 1 => Equal(Tag(), Text()),
            2 => $$"""{"__type":"PermissionExpressionHasTag","context":{{This}},"key":"{{Pick(Keys)}}"}""",
            3 => Equal(This, $$"""{"__type":"PermissionLiteralExpression{{kind}}","identity":"{{Pick(ids)}}"}"""),
            4 => Equal(
                $$"""{"__type":"PermissionExpression{{Other}}"}""",
                $$"""{"__type":"PermissionLiteralExpression{{Other}}","identity":"{{Guid.NewGuid()}}"}"""
            ),
            5 => Equal(
                """{"__type":"PermissionLiteralExpressionNumber","value":1}""",
                """{"__type":"PermissionLiteralExpressionNumber","value":1.0}"""
            ),
            6 => $$"""{"__type":"PermissionExpressionNot","node":{{Condition(depth - 1)}}}""",
            7 => Equal(Condition(depth - 1), """{"__type":"PermissionLiteralExpressionBool","value":false}"""),
            var n => $$"""
                {"__type":"PermissionExpression{{(n == 8 ? "And" : "Or")}}","left":{{Condition(depth - 1)}},
                 "right":{{Condition(depth - 1)}}}
                """,
        };

    private string Tag() => $$"""{"__type":"PermissionExpressionTag","context":{{This}},"key":"{{Pick(Keys)}}"}""";

    private string Text() => $$"""{"__type":"PermissionLiteralExpressionString","value":"{{Pick(Values)}}"}""";

    private T Pick<T>(IReadOnlyList<T> from) => from[random.Next(from.Count)];
}
