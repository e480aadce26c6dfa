using System.Globalization;
using System.Text.Json;
using Server.Organizations;
using Server.Resources;
using Wire;

namespace Server.Search;

/// <param name="Fields">Whose values are counted.</param>
/// <param name="Top">How many values of each are told.</param>
public sealed record SearchFacets(IReadOnlyList<string> Fields, int Top);

/// <summary>Puts together what a search has found.</summary>
public sealed class SearchAnswer(SearchStore search, ResourceText text)
{
    private static readonly string[] Sections = ["outputs", "inputs"];

    public async Task<ResourceSearchResult> Of(
        Organization organization,
        SearchRequest request,
        SearchFacets facets,
        bool properties,
        CancellationToken ct
    )
    {
        var rows = request.Count == 0 ? [] : await search.Rows(organization, request, ct);
        var found = new List<FoundResource>(rows.Count);
        foreach (var row in rows)
        {
            found.Add(OnWire(row) with { Properties = properties ? await Properties(row, ct) : null });
        }
        return new(
            await Facets(organization, request.Term, facets, ct),
            found,
            await search.Total(organization, request.Term, ct),
            new(null, null, null),
            ""
        );
    }

    public async Task<IReadOnlyDictionary<string, SearchAggregation>> Facets(
        Organization organization,
        SearchTerm? term,
        SearchFacets facets,
        CancellationToken ct
    )
    {
        var aggregations = new Dictionary<string, SearchAggregation>();
        foreach (var field in facets.Fields)
        {
            var buckets = await search.Buckets(organization, term, field, ct);
            aggregations[field] = new(
                [.. buckets.Take(facets.Top).Select(b => new SearchAggregationBucket(b.Name, b.Count))],
                buckets.Skip(facets.Top).Sum(b => b.Count)
            );
        }
        return aggregations;
    }

    /// <summary>The middle of <c>aws:s3/bucket:Bucket</c>.</summary>
    public static string Module(string type) => type.Split(':') is [_, var module, _, ..] ? module : "";

    public static string? Time(long ms) =>
        ms == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(ms).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static FoundResource OnWire(SearchRow row) =>
        new()
        {
            Urn = row.Urn,
            Type = row.Type,
            Name = row.Name,
            Package = row.Package,
            Module = Module(row.Type),
            Project = row.Project,
            Stack = row.Stack,
            Id = row.PhysicalId.Length > 0 ? row.PhysicalId : null,
            ParentUrn = row.Parent.Length > 0 ? row.Parent : null,
            ProviderUrn = row.Provider.Length > 0 ? row.Provider : null,
            Custom = row.Custom,
            Delete = row.IsDeleted,
            External = row.External,
            Protected = row.Protect,
            Pending = row.Pending.Length > 0 ? row.Pending : null,
            Created = Time(row.CreatedMs),
            Modified = Time(row.ModifiedMs),
            Managed = "managed",
        };

    private async Task<JsonElement?> Properties(SearchRow row, CancellationToken ct)
    {
        if (await text.Read(row.StateId, row.Start, row.Length, ct) is not { } resource)
        {
            return null;
        }
        var values = Sections
            .Select(name => resource.TryGetProperty(name, out var value) ? value : default)
            .FirstOrDefault(v => v.ValueKind == JsonValueKind.Object);
        return values.ValueKind == JsonValueKind.Object ? SecretMask.Of(values) : null;
    }
}
