using System.Collections.Frozen;
using System.Text;
using System.Text.Json;
using Server.Auth;

namespace Server.Roles;

/// <summary>
/// Reads a role's tree. It takes nothing that it does not evaluate: a condition that was left out in silence would give more than its author meant.
/// </summary>
public sealed class DescriptorReader
{
    public const int MostEntries = 2000;
    public const int MostBytes = 1024 * 1024;

    /// <summary>Levels of nodes and expressions within each other.</summary>
    public const int Deepest = 24;

    private const string Node = "PermissionDescriptor";
    private const string Value = "PermissionExpression";
    private const string Constant = "PermissionLiteralExpression";

    private int _depth;

    private DescriptorReader() { }

    /// <exception cref="ApiException">400: it is no tree of a role; says where and why.</exception>
    public static Descriptor Read(JsonElement details) =>
        Encoding.UTF8.GetByteCount(details.GetRawText()) > MostBytes
            ? throw ApiException.BadRequest("The details of a role have at most 1 MB.")
            : new DescriptorReader().Descriptor(details, "details");

    private Descriptor Descriptor(JsonElement json, string at) =>
        Within<Descriptor>(
            at,
            () =>
                TypeOf(json, at) switch
                {
                    Node + "Allow" => Allow(json, at),
                    Node + "Group" => new Descriptor.Group([
                        .. List(json, "entries", at, MostEntries).Select((e, i) => Descriptor(e, $"{at}.entries[{i}]")),
                    ]),
                    Node + "Condition" => new Descriptor.Condition(
                        Condition(json, "condition", at),
                        Descriptor(Member(json, "subNode", at), at + ".subNode")
                    ),
                    Node + "IfThenElse" => new Descriptor.IfThenElse(
                        Condition(json, "condition", at),
                        Descriptor(Member(json, "subNodeForTrue", at), at + ".subNodeForTrue"),
                        Descriptor(Member(json, "subNodeForFalse", at), at + ".subNodeForFalse")
                    ),
                    Node + "Select" => Select(json, at),
                    Node + "Compose" => new Descriptor.Compose([
                        .. List(json, "permissionDescriptors", at, MostEntries)
                            .Select((id, i) => Text(id, $"{at}.permissionDescriptors[{i}]")),
                    ]),
                    var other => throw Wrong(
                        at,
                        $"'{other}' is no node of a role; there are {Node}Allow, Group, Condition, IfThenElse, Select and Compose"
                    ),
                }
        );

    private static Descriptor.Allow Allow(JsonElement json, string at)
    {
        if (Optional(json, "constraints") is { } constraints && Object(constraints, at + ".constraints").EnumerateObject().Any())
        {
            throw Wrong(at + ".constraints", "constraints are not enforced here, so that none can be given");
        }
        var permissions = List(json, "permissions", at, Permission.All.Count)
            .Select((p, i) => Text(p, $"{at}.permissions[{i}]"))
            .Where(p => p.Length > 0) // the published list of permissions has an empty one
            .ToFrozenSet(StringComparer.Ordinal);
        return permissions.FirstOrDefault(p => !Permission.All.Contains(p)) is { } unknown
            ? throw Wrong(at, $"'{unknown}' is no permission; GET /api/orgs/{{org}}/roles/scopes lists them")
            : new(permissions);
    }

    /// <summary>The option whose value is the selector's, of two such the first; where that is unknown, none. It is what it is made of: a condition each.</summary>
    private Descriptor.Group Select(JsonElement json, string at)
    {
        var selector = Expression(Member(json, "selector", at), at + ".selector");
        var (entries, seen) = (new List<Descriptor>(), new HashSet<object>());
        foreach (var (option, i) in List(json, "options", at, MostEntries).Select((o, i) => (o, i)))
        {
            var here = $"{at}.options[{i}]";
            var value =
                Expression(Member(option, "value", here), here + ".value") as Expression.Literal
                ?? throw Wrong(here + ".value", "the value of an option is a literal");
            var entry = new Descriptor.Condition(Equal(selector, value, here), Descriptor(Member(option, "node", here), here + ".node"));
            if (seen.Add(value.Value))
            {
                entries.Add(entry);
            }
        }
        return new(entries);
    }

    private Expression Condition(JsonElement json, string name, string at) =>
        Expression(Member(json, name, at), $"{at}.{name}") is { Kind: ValueKind.Bool } condition
            ? condition
            : throw Wrong($"{at}.{name}", "a condition is true or false");

    private Expression Expression(JsonElement json, string at) =>
        Within<Expression>(
            at,
            () =>
                TypeOf(json, at) switch
                {
                    Value + "And" => new Expression.Both(Condition(json, "left", at), Condition(json, "right", at), Any: false),
                    Value + "Or" => new Expression.Both(Condition(json, "left", at), Condition(json, "right", at), Any: true),
                    Value + "Not" => new Expression.Not(Condition(json, "node", at)),
                    Value + "Equal" => Equal(
                        Expression(Member(json, "left", at), at + ".left"),
                        Expression(Member(json, "right", at), at + ".right"),
                        at
                    ),
                    Value + "HasTag" => new Expression.HasTag(Context(json, at), Text(Member(json, "key", at), at + ".key")),
                    Value + "Tag" => new Expression.Tag(Context(json, at), Text(Member(json, "key", at), at + ".key")),
                    Value + "Stack" => new Expression.Context(EntityKind.Stack),
                    Value + "Environment" => new Expression.Context(EntityKind.Environment),
                    Value + "Team" => new Expression.Context(EntityKind.Team),
                    Value + "InsightsAccount" => new Expression.Context(EntityKind.InsightsAccount),
                    Constant + "Bool" => new Expression.Literal(ValueKind.Bool, Bool(Member(json, "value", at), at)),
                    Constant + "Number" => new Expression.Literal(ValueKind.Number, Number(Member(json, "value", at), at)),
                    Constant + "String" => new Expression.Literal(ValueKind.Text, Text(Member(json, "value", at), at + ".value")),
                    Constant + "Stack" => Named(json, ValueKind.Stack, at),
                    Constant + "Environment" => Named(json, ValueKind.Environment, at),
                    Constant + "Team" => Named(json, ValueKind.Team, at),
                    Constant + "InsightsAccount" => Named(json, ValueKind.InsightsAccount, at),
                    var other => throw Wrong(at, $"'{other}' is no expression of a role"),
                }
        );

    private static Expression.Equal Equal(Expression left, Expression right, string at) =>
        left.Kind == right.Kind
            ? new(left, right)
            : throw Wrong(at, $"a {left.Kind} and a {right.Kind} are compared, which are never equal".ToLowerInvariant());

    private Expression.Context Context(JsonElement json, string at) =>
        Expression(Member(json, "context", at), at + ".context")
            is Expression.Context { Entity: EntityKind.Stack or EntityKind.Environment } context
            ? context
            : throw Wrong(at + ".context", "only stacks and environments have tags");

    private static Expression.Literal Named(JsonElement json, ValueKind kind, string at)
    {
        var identity = Text(Member(json, "identity", at), at + ".identity");
        if (kind == ValueKind.Team)
        {
            return new(kind, identity.ToLowerInvariant()); // a team has no id that anybody sees, and its name never changes
        }
        return Guid.TryParseExact(identity, "D", out var id)
            ? new(kind, id.ToString())
            : throw Wrong(at + ".identity", $"'{identity}' is no id: it is one as the API gives, such as {Guid.Empty}, not a name");
    }

    private T Within<T>(string at, Func<T> read)
    {
        if (_depth == Deepest)
        {
            throw Wrong(at, $"a role has at most {Deepest} levels");
        }
        _depth++;
        var result = read();
        _depth--;
        return result;
    }

    private static string TypeOf(JsonElement json, string at) => Text(Member(json, "__type", at), at + ".__type");

    private static JsonElement Member(JsonElement json, string name, string at) =>
        Optional(Object(json, at), name) ?? throw Wrong(at, $"'{name}' is missing");

    private static JsonElement Object(JsonElement json, string at) =>
        json.ValueKind == JsonValueKind.Object ? json : throw Wrong(at, "an object is wanted");

    private static JsonElement? Optional(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static IReadOnlyList<JsonElement> List(JsonElement json, string name, string at, int most) =>
        Optional(json, name) is not { } list ? []
        : list.ValueKind != JsonValueKind.Array ? throw Wrong($"{at}.{name}", "a list is wanted")
        : list.GetArrayLength() > most ? throw Wrong($"{at}.{name}", $"at most {most} entries; conditions on tags say the same for many")
        : [.. list.EnumerateArray()];

    private static string Text(JsonElement json, string at)
    {
        if (json.ValueKind != JsonValueKind.String)
        {
            throw Wrong(at, "a text is wanted");
        }
        try
        {
            return json.GetString()!.Any(char.IsControl) ? throw Wrong(at, "it has control characters") : json.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw Wrong(at, "it is no valid Unicode");
        }
    }

    private static bool Bool(JsonElement json, string at) =>
        json.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? json.GetBoolean()
            : throw Wrong(at + ".value", "true or false is wanted");

    private static double Number(JsonElement json, string at) =>
        json.ValueKind == JsonValueKind.Number ? json.GetDouble() : throw Wrong(at + ".value", "a number is wanted");

    private static ApiException Wrong(string at, string why) => ApiException.BadRequest($"{at}: {why}.");
}
