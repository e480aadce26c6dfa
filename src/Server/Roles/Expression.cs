using Server.Data;

namespace Server.Roles;

/// <summary>What an expression is the value of.</summary>
public enum ValueKind
{
    Bool,
    Number,
    Text,
    Stack,
    Environment,
    Team,
    InsightsAccount,
}

/// <summary>
/// An expression of a role's tree, as published. Its value is unknown, which is null, where it speaks of something that is not at hand: of a stack
/// where the question is about the organization, of a tag that a stack has not. What depends on something unknown gives nothing, not even under a Not; SQL's
/// NULL is the same, so that a list in the database and a single question agree.
/// </summary>
public abstract record Expression(ValueKind Kind)
{
    /// <returns>A bool, double or string; an entity is its id. Null is unknown.</returns>
    public abstract object? Of(Entity? subject);

    /// <summary>The same for each row of a query about entities of one kind.</summary>
    public abstract Sql InSql(Rows rows);

    /// <summary>How many parameters its SQL has.</summary>
    public virtual int Size => 1;

    public virtual bool UsesTags => false;

    /// <summary>This very thing, in a question about one of its kind.</summary>
    public sealed record Context(EntityKind Entity) : Expression(KindOf(Entity))
    {
        public override object? Of(Entity? subject) => subject?.Kind == Entity ? subject.Id : null;

        public override Sql InSql(Rows rows) => rows.Kind == Entity ? rows.Id : Rows.NoText;

        public override int Size => 0;

        public static ValueKind KindOf(EntityKind entity) =>
            entity switch
            {
                EntityKind.Stack => ValueKind.Stack,
                EntityKind.Environment => ValueKind.Environment,
                EntityKind.Team => ValueKind.Team,
                _ => ValueKind.InsightsAccount,
            };
    }

    public sealed record Literal(ValueKind Kind, object Value) : Expression(Kind)
    {
        public override object? Of(Entity? subject) => Value;

        public override Sql InSql(Rows rows) =>
            Value is bool yes
                ? yes
                    ? Rows.Always
                    : Rows.Never
                : $"{Value}";
    }

    public sealed record Tag(Context Whose, string Key) : Expression(ValueKind.Text)
    {
        public override object? Of(Entity? subject) => Whose.Of(subject) is null ? null : subject!.Tags.GetValueOrDefault(Key);

        public override Sql InSql(Rows rows) => rows.Kind == Whose.Entity ? rows.Tag(Key) : Rows.NoText;

        public override bool UsesTags => true;
    }

    public sealed record HasTag(Context Whose, string Key) : Expression(ValueKind.Bool)
    {
        public override object? Of(Entity? subject) => Whose.Of(subject) is null ? null : subject!.Tags.ContainsKey(Key);

        public override Sql InSql(Rows rows) => rows.Kind == Whose.Entity ? $"({rows.Tag(Key)} IS NOT NULL)" : Rows.Unknown;

        public override bool UsesTags => true;
    }

    public sealed record Equal(Expression Left, Expression Right) : Expression(ValueKind.Bool)
    {
        public override object? Of(Entity? subject) =>
            Left.Of(subject) is { } left && Right.Of(subject) is { } right ? left.Equals(right) : null;

        /// <summary>Numbers are never of a row, so that the answer is known here.</summary>
        public override Sql InSql(Rows rows) =>
            Left.Kind != ValueKind.Number ? $"({Left.InSql(rows)} = {Right.InSql(rows)})"
            : Of(null) is true ? Rows.Always
            : Rows.Never;

        public override int Size => Left.Size + Right.Size;
        public override bool UsesTags => Left.UsesTags || Right.UsesTags;

        /// <summary>The entity that this asks for, where it asks for nothing else.</summary>
        public string? Names(EntityKind kind) =>
            (Left, Right) switch
            {
                (Context context, Literal named) when context.Entity == kind => (string)named.Value,
                (Literal named, Context context) when context.Entity == kind => (string)named.Value,
                _ => null,
            };
    }

    public sealed record Not(Expression Inner) : Expression(ValueKind.Bool)
    {
        public override object? Of(Entity? subject) => Inner.Of(subject) is bool inner ? !inner : null;

        public override Sql InSql(Rows rows) => $"(NOT {Inner.InSql(rows)})";

        public override int Size => Inner.Size;
        public override bool UsesTags => Inner.UsesTags;
    }

    /// <param name="Any">Or; else it is And.</param>
    public sealed record Both(Expression Left, Expression Right, bool Any) : Expression(ValueKind.Bool)
    {
        public override object? Of(Entity? subject) =>
            (Left.Of(subject), Right.Of(subject)) switch
            {
                (bool left, bool right) => Any ? left || right : left && right,
                (bool left, null) when left == Any => Any,
                (null, bool right) when right == Any => Any,
                _ => null,
            };

        public override Sql InSql(Rows rows) =>
            Any ? Rows.Or(Left.InSql(rows), Right.InSql(rows)) : Rows.And(Left.InSql(rows), Right.InSql(rows));

        public override int Size => Left.Size + Right.Size;
        public override bool UsesTags => Left.UsesTags || Right.UsesTags;
    }
}
