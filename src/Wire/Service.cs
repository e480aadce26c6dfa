using System.Text.Json;

namespace Wire;

/// <summary>GET /api/capabilities: what this service offers beyond the base protocol. One malformed entry voids the whole list for the CLI.</summary>
public sealed record CapabilitiesResponse(IReadOnlyList<Capability> Capabilities);

public sealed record Capability([property: System.Text.Json.Serialization.JsonPropertyName("capability")] string Name)
{
    public int? Version { get; init; }
    public JsonElement? Configuration { get; init; }
}

/// <summary>GET /api/cli/version: plain semantic versions; <paramref name="LatestDevVersion"/> may be empty.</summary>
public sealed record CliVersionResponse(string LatestVersion, string OldestWithoutWarning, string LatestDevVersion);
