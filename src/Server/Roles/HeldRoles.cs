using Server.Data;

namespace Server.Roles;

/// <summary>The custom roles that somebody has, by himself or through teams: what they give adds up.</summary>
public sealed class HeldRoles(RoleBook book, IReadOnlyList<Role> roles)
{
    public static readonly HeldRoles None = new(RoleBook.Empty, []);

    public IReadOnlyList<Role> All => roles;
    public bool UseTags => roles.Any(r => r.Details.UsesTags(book));

    /// <param name="subject">Null for the organization itself.</param>
    public bool Give(string permission, Entity? subject) => roles.Any(r => r.Details.Gives(permission, subject, book));

    /// <summary>The rows for which they give it.</summary>
    public Sql InSql(string permission, Rows rows) => Rows.Or(roles.Select(r => r.Details.InSql(permission, rows, book)).ToArray());
}
