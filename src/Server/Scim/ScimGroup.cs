using System.Text.Json.Nodes;

namespace Server.Scim;

/// <summary>A group of a directory, which is a team here.</summary>
public sealed record ScimGroup
{
    private const int LongestName = 100;

    /// <summary>The team's.</summary>
    public required string Id { get; init; }

    public required string DisplayName { get; init; }
    public required string ExternalId { get; init; }
    public required long CreatedMs { get; init; }
    public required long ModifiedMs { get; init; }

    /// <exception cref="ScimException">It is missing or too long.</exception>
    public static string CheckName(string name) =>
        name.Length is > 0 and <= LongestName && !name.Any(char.IsControl)
            ? name
            : throw ScimException.Invalid($"displayName has 1 to {LongestName} characters, on one line.");

    public JsonObject ToJson(string root, IEnumerable<ScimGroupMember> members) =>
        new()
        {
            ["schemas"] = new JsonArray(ScimSchemas.Group),
            ["id"] = Id,
            ["externalId"] = ExternalId.Length > 0 ? ExternalId : null,
            ["displayName"] = DisplayName,
            ["members"] = new JsonArray([
                .. members.Select(m => new JsonObject
                {
                    ["value"] = m.UserId,
                    ["display"] = m.UserName,
                    ["$ref"] = $"{root}/Users/{m.UserId}",
                }),
            ]),
            ["meta"] = ScimJson.Meta("Group", $"{root}/Groups/{Id}", CreatedMs, ModifiedMs),
        };
}

public sealed record ScimGroupMember
{
    public required string TeamId { get; init; }
    public required string UserId { get; init; }
    public required string UserName { get; init; }
}
