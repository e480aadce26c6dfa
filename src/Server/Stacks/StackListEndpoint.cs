using Server.Auth;
using Server.Http;
using Server.Organizations;
using Server.Roles;
using Server.Settings;
using Wire;

namespace Server.Stacks;

/// <summary>GET /api/user/stacks: every stack that the caller may see, organization by organization.</summary>
public static class StackListEndpoint
{
    private const int DefaultPage = 500;
    private const int LargestPage = 1000;

    public static void MapStackList(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/user/stacks", List).RequireUser().HeedsReach();

    private static async Task<ListStacksResponse> List(
        HttpContext http,
        Caller caller,
        OrganizationStore organizations,
        StackListStore stacks,
        StackStore store,
        RoleBooks roles,
        ServerSettings settings,
        CancellationToken ct
    )
    {
        var query = http.Request.Query;
        if (caller.Limits.StackId is { } only)
        {
            return new(await OnlyOne(caller, only, store, ct) is { } one ? [OnWire(one, settings)] : [], null);
        }
        var size = Paging.Size(query["maxResults"], DefaultPage, LargestPage);
        var filter = Filter(query);
        var after = Paging.Position(query["continuationToken"], parts: 3);
        var found = new List<Stack>();
        foreach (var organization in Chosen(await organizations.OfAccount(caller.AccountId, ct), caller.Limits, query))
        {
            var behind = after is null ? 1 : string.CompareOrdinal(Key(organization), after[0]);
            if (found.Count <= size && behind >= 0)
            {
                var (project, name) = behind == 0 ? (after![1], after[2]) : ("", "");
                if (filter.Project is not null && behind == 0 && filter.Project != project)
                {
                    throw Paging.Foreign();
                }
                if (await OfRole(organization, query["roleID"].ToString(), roles, ct) is (true, var role))
                {
                    found.AddRange(await stacks.Page(organization, filter with { Role = role }, project, name, size + 1 - found.Count, ct));
                }
            }
        }
        var page = found.Take(size).ToList();
        return new([.. page.Select(s => OnWire(s, settings))], found.Count > size ? TokenAfter(page[^1]) : null);
    }

    /// <returns>Null if it is gone, or its account may not see it any more.</returns>
    private static async Task<Stack?> OnlyOne(Caller caller, string stackId, StackStore stacks, CancellationToken ct) =>
        await stacks.FindById(stackId, ct) is { DeletedMs: 0 } one && caller.Limits.Reaches(one.OrganizationId)
            ? await stacks.Find(caller.AccountId, one.Organization, one.Project, one.Name, ct)
            : null;

    private static IEnumerable<Organization> Chosen(List<Organization> all, Limits limits, IQueryCollection query)
    {
        var named = query["organization"].ToString();
        return all.Where(o => limits.Reaches(o.Id) && (named.Length == 0 || o.Login.Equals(named, StringComparison.OrdinalIgnoreCase)))
            .OrderBy(Key, StringComparer.Ordinal);
    }

    /// <returns>False if the organization has no such role, and so no stack of it.</returns>
    private static async Task<(bool Known, HeldRoles? Role)> OfRole(
        Organization organization,
        string id,
        RoleBooks roles,
        CancellationToken ct
    )
    {
        if (id.Length == 0)
        {
            return (true, null);
        }
        var book = await roles.Book(organization, ct);
        return book.Find(id) is { } role ? (true, new(book, [role])) : (false, null);
    }

    private static StackFilter Filter(IQueryCollection query)
    {
        var (project, name, value) = (query["project"].ToString(), query["tagName"].ToString(), query["tagValue"].ToString());
        return value.Length > 0 && name.Length == 0
            ? throw ApiException.BadRequest("tagValue needs a tagName.")
            : new(Given(StackName.Normalized(project)), name.Length == 0 ? null : new(name, Given(value)));
    }

    private static string? Given(string text) => text.Length == 0 ? null : text;

    private static string Key(Organization organization) => organization.Login.ToLowerInvariant();

    private static string TokenAfter(Stack last) => Paging.Token(last.Organization.ToLowerInvariant(), last.Project, last.Name);

    private static StackSummary OnWire(Stack stack, ServerSettings settings) =>
        new(
            stack.Id,
            stack.Organization,
            stack.Project,
            stack.Name,
            stack.LastUpdateMs == 0 ? null : stack.LastUpdateMs / 1000,
            stack.ResourceCount < 0 ? null : stack.ResourceCount,
            new($"{ServerSettings.Address(settings.ConsoleUrl)}/{stack.FullName}")
        );
}
