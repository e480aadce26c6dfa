using System.Collections.Frozen;
using System.Runtime.InteropServices;
using Server.Data;

namespace Server.Roles;

/// <summary>A node of a role's tree, as published: what it gives adds up, and nothing takes away.</summary>
public abstract record Descriptor
{
    /// <summary>Does it give the permission?</summary>
    /// <param name="subject">What it is asked for; null for the organization itself.</param>
    public abstract bool Gives(string permission, Entity? subject, RoleBook book);

    /// <summary>The same for each row of a query.</summary>
    public abstract Sql InSql(string permission, Rows rows, RoleBook book);

    public virtual IEnumerable<Descriptor> Inner => [];

    public virtual Expression? Asks => null;

    /// <summary>Gives permissions.</summary>
    public sealed record Allow(FrozenSet<string> Permissions) : Descriptor
    {
        public override bool Gives(string permission, Entity? subject, RoleBook book) => Permissions.Contains(permission);

        public override Sql InSql(string permission, Rows rows, RoleBook book) =>
            Permissions.Contains(permission) ? Rows.Always : Rows.Never;
    }

    /// <summary>Gives what any of its entries gives.</summary>
    public sealed record Group(IReadOnlyList<Descriptor> Entries) : Descriptor
    {
        public override IEnumerable<Descriptor> Inner => Entries;

        public override bool Gives(string permission, Entity? subject, RoleBook book) =>
            Entries.Any(e => e.Gives(permission, subject, book));

        /// <summary>Entries for one thing each, of which there can be thousands, become one list.</summary>
        public override Sql InSql(string permission, Rows rows, RoleBook book)
        {
            var (named, parts) = (new List<string>(), new List<Sql>());
            foreach (var entry in Entries)
            {
                if (entry is Condition { If: Expression.Equal equal, Then: Allow allow } && equal.Names(rows.Kind) is { } id)
                {
                    if (allow.Permissions.Contains(permission))
                    {
                        named.Add(id);
                    }
                }
                else if (entry is not Allow given || given.Permissions.Contains(permission))
                {
                    parts.Add(entry.InSql(permission, rows, book));
                }
            }
            if (named.Count > 0)
            {
                parts.Add($"{rows.Id} IN {named}");
            }
            return Rows.Or(CollectionsMarshal.AsSpan(parts));
        }
    }

    /// <summary>Gives what it holds where its condition does.</summary>
    public sealed record Condition(Expression If, Descriptor Then) : Descriptor
    {
        public override IEnumerable<Descriptor> Inner => [Then];
        public override Expression? Asks => If;

        public override bool Gives(string permission, Entity? subject, RoleBook book) =>
            If.Of(subject) is true && Then.Gives(permission, subject, book);

        public override Sql InSql(string permission, Rows rows, RoleBook book) =>
            Rows.And(If.InSql(rows), Then.InSql(permission, rows, book));
    }

    /// <summary>Gives neither where its condition is unknown.</summary>
    public sealed record IfThenElse(Expression If, Descriptor Then, Descriptor Else) : Descriptor
    {
        public override IEnumerable<Descriptor> Inner => [Then, Else];
        public override Expression? Asks => If;

        public override bool Gives(string permission, Entity? subject, RoleBook book) =>
            If.Of(subject) is bool holds && (holds ? Then : Else).Gives(permission, subject, book);

        public override Sql InSql(string permission, Rows rows, RoleBook book) =>
            Rows.Or(
                Rows.And(If.InSql(rows), Then.InSql(permission, rows, book)),
                Rows.And(new Expression.Not(If).InSql(rows), Else.InSql(permission, rows, book))
            );
    }

    /// <summary>Gives what other records of the organization give. One that is gone gives nothing.</summary>
    public sealed record Compose(IReadOnlyList<string> Ids) : Descriptor
    {
        public override bool Gives(string permission, Entity? subject, RoleBook book) =>
            Ids.Any(id => book.Find(id) is { } other && other.Details.Gives(permission, subject, book));

        public override Sql InSql(string permission, Rows rows, RoleBook book) =>
            Rows.Or(Ids.Select(book.Find).OfType<Role>().Select(r => r.Details.InSql(permission, rows, book)).ToArray());
    }

    /// <summary>Every permission that stands anywhere in it, whatever the conditions.</summary>
    public IEnumerable<string> AllPermissions(RoleBook book) => Nodes(book).OfType<Allow>().SelectMany(a => a.Permissions);

    public bool UsesTags(RoleBook book) => Nodes(book).Any(n => n.Asks?.UsesTags == true);

    /// <summary>Itself and all below it, through records that it composes, too.</summary>
    public IEnumerable<Descriptor> Nodes(RoleBook book) =>
        Inner
            .Concat(this is Compose compose ? compose.Ids.Select(book.Find).OfType<Role>().Select(r => r.Details) : [])
            .SelectMany(d => d.Nodes(book))
            .Prepend(this);
}
