using System.Text.Json.Nodes;

namespace Server.Scim;

/// <summary>Changes of groups in the dialects of Okta and Entra. What is not kept here is passed over.</summary>
public static class ScimGroupPatch
{
    /// <param name="members">Ids of the users who are in it.</param>
    public static ScimGroupWish Apply(ScimGroup group, IEnumerable<string> members, IEnumerable<ScimOperation> operations)
    {
        var changing = new Changing(group.DisplayName, group.ExternalId, members.ToHashSet());
        foreach (var operation in operations)
        {
            changing =
                operation.Path.Length > 0 ? Set(changing, operation.Kind, operation.Path, operation.Value)
                : operation.Value is JsonObject attributes
                    ? attributes.Aggregate(changing, (c, a) => Set(c, operation.Kind, a.Key, a.Value))
                : throw ScimException.Invalid("Without a path the value is an object of attributes.");
        }
        return new(ScimGroup.CheckName(changing.DisplayName), changing.ExternalId, changing.Members);
    }

    /// <summary>Of a list of members, each an object with the id of a user as <c>value</c>, or of one of them.</summary>
    public static IEnumerable<string> Ids(JsonNode? members) =>
        members switch
        {
            null => [],
            JsonArray list => list.Select(Id),
            _ => [Id(members)],
        };

    private static string Id(JsonNode? member) => member is JsonObject user ? user.Text("value") : ScimJson.Text(member, "members");

    private static Changing Set(Changing group, string kind, string path, JsonNode? value)
    {
        switch (path.ToLowerInvariant())
        {
            case "displayname":
                return group with { DisplayName = ScimJson.Text(value, path) };
            case "externalid":
                return group with { ExternalId = ScimJson.Text(value, path) };
            case "members":
                return Members(group, kind, value);
            default:
                if (kind == "remove" && ScimFilter.Selection(path) is { } selected && IsMember(selected.Attribute, selected.Name))
                {
                    group.Members.Remove(selected.Value);
                }
                return group;
        }
    }

    private static Changing Members(Changing group, string kind, JsonNode? value)
    {
        var ids = Ids(value).ToList();
        if (kind == "replace" || kind == "remove" && value is null)
        {
            group.Members.Clear();
        }
        if (kind == "remove")
        {
            group.Members.ExceptWith(ids);
        }
        else
        {
            group.Members.UnionWith(ids);
        }
        return group;
    }

    private static bool IsMember(string attribute, string name) =>
        attribute.Equals("members", StringComparison.OrdinalIgnoreCase) && name.Equals("value", StringComparison.OrdinalIgnoreCase);

    private sealed record Changing(string DisplayName, string ExternalId, HashSet<string> Members);
}
