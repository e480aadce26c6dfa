using Server.Data;

namespace Server.Roles;

/// <summary>The rows of a query that conditions are about: stacks <c>s</c> or environments <c>e</c>.</summary>
public sealed class Rows(EntityKind kind)
{
    public static readonly Rows Stacks = new(EntityKind.Stack);
    public static readonly Rows Environments = new(EntityKind.Environment);

    public static Sql Always => $"TRUE";
    public static Sql Never => $"FALSE";
    public static Sql Unknown => $"CAST(NULL AS BOOLEAN)";
    public static Sql NoText => $"CAST(NULL AS TEXT)";

    public EntityKind Kind => kind;

    public Sql Id
    {
        get
        {
            Sql ofStack = $"s.id";
            Sql ofEnvironment = $"e.id";
            return kind == EntityKind.Stack ? ofStack : ofEnvironment;
        }
    }

    public Sql Tag(string key)
    {
        Sql ofStack = $"(SELECT rt.value FROM stack_tags rt WHERE rt.stack_id = s.id AND rt.name = {key})";
        Sql ofEnvironment = $"(SELECT rt.value FROM environment_tags rt WHERE rt.environment_id = e.id AND rt.name = {key})";
        return kind == EntityKind.Stack ? ofStack : ofEnvironment;
    }

    public static Sql And(Sql left, Sql right) => $"({left} AND {right})";

    public static Sql Or(Sql left, Sql right) => $"({left} OR {right})";

    /// <summary>Of many, as a tree that is no deeper than it must be: databases take no expression of any depth.</summary>
    public static Sql Or(ReadOnlySpan<Sql> parts) =>
        parts.Length switch
        {
            0 => Never,
            1 => parts[0],
            var many => Or(Or(parts[..(many / 2)]), Or(parts[(many / 2)..])),
        };
}
