using System.Text.Json;
using System.Text.Json.Serialization;

namespace Wire;

/// <summary>GET /api/orgs/{org}/search/resources and …/resourcesv2</summary>
public sealed record ResourceSearchResult(
    IReadOnlyDictionary<string, SearchAggregation> Aggregations,
    IReadOnlyList<FoundResource> Resources,
    long Total,
    SearchPagination Pagination,
    string Query
);

/// <param name="Others">How many have a value that is not among the results.</param>
public sealed record SearchAggregation(IReadOnlyList<SearchAggregationBucket> Results, long Others);

public sealed record SearchAggregationBucket(string Name, long Count);

/// <summary>Addresses of the pages beside this one, and a place to go on from.</summary>
public sealed record SearchPagination(string? Previous, string? Next, string? Cursor);

/// <summary>A resource of a stack, as search finds it. Times are ISO 8601.</summary>
public sealed record FoundResource
{
    public required string Urn { get; init; }
    public required string Type { get; init; }
    public required string Name { get; init; }
    public required string Package { get; init; }
    public required string Module { get; init; }
    public required string Project { get; init; }
    public required string Stack { get; init; }
    public string? Id { get; init; }

    [JsonPropertyName("parent_urn")]
    public string? ParentUrn { get; init; }

    [JsonPropertyName("provider_urn")]
    public string? ProviderUrn { get; init; }

    /// <summary>What the first version of the call has in place of <see cref="ParentUrn"/>.</summary>
    [JsonPropertyName("parent.urn")]
    public string? DottedParentUrn { get; init; }

    /// <inheritdoc cref="DottedParentUrn"/>
    [JsonPropertyName("provider.urn")]
    public string? DottedProviderUrn { get; init; }

    public required bool Custom { get; init; }
    public required bool Delete { get; init; }
    public required bool External { get; init; }
    public required bool Protected { get; init; }

    /// <summary>What an interrupted update was doing to it: <c>updating</c>, <c>deleting</c>, …</summary>
    public string? Pending { get; init; }

    public string? Created { get; init; }
    public string? Modified { get; init; }

    /// <summary><c>managed</c>: by a stack.</summary>
    public required string Managed { get; init; }

    /// <summary>Only where asked for, without its secrets.</summary>
    public JsonElement? Properties { get; init; }
}
