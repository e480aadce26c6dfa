using System.Globalization;
using Server.Auth;
using Server.Http;
using Server.Organizations;
using Server.Settings;
using Wire;

namespace Server.Search;

/// <summary>Search over the resources of all stacks of an organization, as the published API has it, in both versions.</summary>
public static class SearchEndpoints
{
    private const string Route = "/api/orgs/{orgName}/search";
    private const int StandardSize = 25;
    private const int LargestSize = 1000;

    /// <summary>Pages reach so far; what lies behind is reached by <c>cursor</c>.</summary>
    private const long MostByPage = 10_000;

    public static void AddSearch(this IServiceCollection services)
    {
        services.AddSingleton<SearchStore>();
        services.AddSingleton<SearchAnswer>();
    }

    public static void MapSearch(this IEndpointRouteBuilder routes)
    {
        routes.MapMethods(Route, [HttpMethods.Head], () => Results.Ok()).RequireMember(Permission.ResourcesSearch);
        routes.MapGet(Route + "/resources", First).RequireMember(Permission.ResourcesSearch);
        routes.MapGet(Route + "/resourcesv2", Second).RequireMember(Permission.ResourcesSearch);
        routes.MapGet(Route + "/resources/dashboard", Dashboard).RequireMember(Permission.ResourcesDashboard);
        routes.MapGet(Route + "/resources/export", Export).RequireMember(Permission.ResourcesSearch);
        routes.MapGet(Route + "/column-set", Columns).RequireMember(Permission.ResourcesSearch);
        routes.MapSearchDownload();
    }

    private static Task<ResourceSearchResult> First(HttpContext http, SearchAnswer answer, ServerSettings settings, CancellationToken ct) =>
        Search(http, answer, settings, ["package"], dotted: true, ct);

    private static Task<ResourceSearchResult> Second(
        HttpContext http,
        SearchAnswer answer,
        ServerSettings settings,
        CancellationToken ct
    ) => Search(http, answer, settings, [], dotted: false, ct);

    private static async Task<ResourceSearchResult> Search(
        HttpContext http,
        SearchAnswer answer,
        ServerSettings settings,
        string[] facets,
        bool dotted,
        CancellationToken ct
    )
    {
        var query = http.Request.Query;
        var size = Paging.Size(query["size"], StandardSize, LargestSize);
        var skip = Skip(query, size);
        var asked = query["facet"]
            .SelectMany(f => (f ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries))
            .Concat(query["groupBy"])
            .OfType<string>()
            .Where(f => f.Length > 0)
            .Select(Field)
            .ToList();
        var found = await answer.Of(
            http.Organization(),
            new(SearchParser.Parse(query["query"]), Sort(query), query["asc"] == "true", skip, size),
            new(asked.Count > 0 ? asked : facets, Paging.Size(query["top"], 10, 1000)),
            query["properties"] == "true",
            ct
        );
        var more = skip + found.Resources.Count < found.Total;
        return found with
        {
            Query = query["query"].ToString(),
            Pagination = new(
                skip > 0 ? Address(http, settings, Math.Max(skip - size, 0), size) : null,
                more ? Address(http, settings, skip + size, size) : null,
                more ? Paging.Token((skip + size).ToString(CultureInfo.InvariantCulture)) : null
            ),
            Resources = dotted ? [.. found.Resources.Select(Dotted)] : found.Resources,
        };
    }

    private static FoundResource Dotted(FoundResource found) =>
        found with
        {
            ParentUrn = null,
            ProviderUrn = null,
            DottedParentUrn = found.ParentUrn,
            DottedProviderUrn = found.ProviderUrn,
        };

    private static Task<ResourceSearchResult> Dashboard(HttpContext http, SearchAnswer answer, CancellationToken ct) =>
        answer.Of(http.Organization(), new(null, "modified", false, 0, 0), new(["package", "project", "type"], 10), false, ct);

    private static async Task<IReadOnlyDictionary<string, SearchAggregation>> Columns(
        HttpContext http,
        SearchAnswer answer,
        CancellationToken ct
    )
    {
        var term = SearchParser.Parse(http.Request.Query["query"]);
        var fields = http.Request.Query["field"].OfType<string>().Where(f => f.Length > 0).Select(Field).ToList();
        return await answer.Facets(http.Organization(), term, new(fields.Count > 0 ? fields : ["type"], 1000), ct);
    }

    private static Task Export(HttpContext http, SearchStore search, CancellationToken ct) =>
        SearchCsv.Write(http.Response, "text/plain", search, http.Organization(), SearchParser.Parse(http.Request.Query["query"]), ct);

    private static long Skip(IQueryCollection query, int size)
    {
        if (Paging.Position(query["cursor"], parts: 1) is [var cursor])
        {
            return long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var place) ? place : throw Paging.Foreign();
        }
        var text = query["page"].ToString();
        var page =
            text.Length == 0 ? 1
            : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? Math.Max(given, 1)
            : throw ApiException.BadRequest($"'{text}' is not a valid page, which is a number from 1.");
        return page <= MostByPage && (page - 1) * size < MostByPage
            ? (page - 1) * size
            : throw ApiException.BadRequest($"Pages reach as far as {MostByPage} results; go on with the cursor.");
    }

    /// <summary>Names as the API has them, and as queries do.</summary>
    private static string Sort(IQueryCollection query) =>
        query["sort"].FirstOrDefault(s => !string.IsNullOrEmpty(s)) is { } sort ? Field(sort) : "modified";

    private static string Field(string name) =>
        name switch
        {
            "parentUrn" or "parent_urn" => "parent.urn",
            "providerUrn" or "provider_urn" => "provider.urn",
            "dependencies" => "dependency",
            "managed" or "account" => "category",
            _ when SearchField.All.Contains(name) => name,
            _ => throw ApiException.BadRequest($"There is no field '{name}'; there are {string.Join(", ", SearchField.All)}."),
        };

    private static string Address(HttpContext http, ServerSettings settings, long skip, int size)
    {
        var query = http
            .Request.Query.Where(q => q.Key is not ("page" or "cursor" or "size"))
            .SelectMany(q => q.Value.Select(v => $"{Uri.EscapeDataString(q.Key)}={Uri.EscapeDataString(v ?? "")}"));
        var token = Paging.Token(skip.ToString(CultureInfo.InvariantCulture));
        return $"{ServerSettings.Address(settings.PublicUrl)}{http.Request.Path.ToUriComponent()}?{string.Join('&', [.. query, $"size={size}", $"cursor={token}"])}";
    }
}
