using System.Collections.Frozen;

namespace Server.Roles;

/// <summary>All records of an organization, as one version of them.</summary>
public sealed class RoleBook(long version, IEnumerable<Role> roles)
{
    public static readonly RoleBook Empty = new(0, []);

    private readonly FrozenDictionary<string, Role> _roles = roles.ToFrozenDictionary(r => r.Id, StringComparer.Ordinal);

    public long Version => version;

    public IEnumerable<Role> All => _roles.Values.OrderBy(r => r.Name, StringComparer.OrdinalIgnoreCase);

    public Role? Find(string id) => _roles.GetValueOrDefault(id);

    /// <summary>With one record more, or another in the place of the one of its id.</summary>
    public RoleBook With(Role role) => new(version, _roles.Values.Where(r => r.Id != role.Id).Append(role));

    /// <summary>The records that compose this one.</summary>
    public IEnumerable<Role> Composing(string id) =>
        All.Where(r => r.Details.Nodes(Empty).OfType<Descriptor.Compose>().Any(c => c.Ids.Contains(id)));

    /// <summary>Does a record compose itself, by whatever way round?</summary>
    public bool IsCircular(string id) => Composes(id, id, []);

    private bool Composes(string id, string sought, HashSet<string> seen) =>
        Find(id) is { } role
        && role.Details.Nodes(Empty)
            .OfType<Descriptor.Compose>()
            .SelectMany(c => c.Ids)
            .Any(inner => inner == sought || seen.Add(inner) && Composes(inner, sought, seen));
}
