using System.Collections.Concurrent;
using Server.Organizations;

namespace Server.Roles;

/// <summary>
/// Finds what somebody's custom roles give him. The records of an organization are read once for each version of them; the version comes with the
/// membership, so that a change counts from the next request on, whichever server made it.
/// </summary>
public sealed class RoleBooks(RoleStore store)
{
    private readonly ConcurrentDictionary<string, RoleBook> _books = new(StringComparer.Ordinal);

    /// <param name="organizationId">The one that the standing is in.</param>
    public async ValueTask<HeldRoles> Of(string organizationId, Standing standing, CancellationToken ct)
    {
        var ids = standing.RoleIds;
        if (ids.Count == 0)
        {
            return HeldRoles.None;
        }
        var book = await Book(organizationId, standing.RolesVersion, ct);
        return new(book, [.. ids.Select(book.Find).OfType<Role>()]);
    }

    /// <summary>All records of the organization.</summary>
    public ValueTask<RoleBook> Book(Organization organization, CancellationToken ct) =>
        Book(organization.Id, organization.RolesVersion, ct);

    private async ValueTask<RoleBook> Book(string organizationId, long version, CancellationToken ct)
    {
        if (!_books.TryGetValue(organizationId, out var book) || book.Version < version)
        {
            _books[organizationId] = book = await store.Book(organizationId, ct);
        }
        return book;
    }
}
