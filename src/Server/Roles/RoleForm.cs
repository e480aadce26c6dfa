using System.Text.Json;
using System.Text.Json.Nodes;
using Server.Auth;
using Capability = Server.Organizations.Capability;

namespace Server.Roles;

/// <summary>
/// A role as a person fills it in: how far it goes with stacks and with environments, all of them or those with a tag, and what it gives beside that. Not
/// every tree is one.
/// </summary>
public sealed class RoleForm
{
    private const string Allow = "PermissionDescriptorAllow";

    public string? Name { get; set; }
    public string? Description { get; set; }

    /// <summary>A <see cref="Organizations.StackLevel"/>.</summary>
    public long StackLevel { get; set; }

    /// <summary>Only stacks with this tag; empty for all.</summary>
    public string? StackTag { get; set; }

    public string? StackTagValue { get; set; }

    /// <summary>An <see cref="Organizations.EnvironmentLevel"/>.</summary>
    public long EnvironmentLevel { get; set; }

    public string? EnvironmentTag { get; set; }
    public string? EnvironmentTagValue { get; set; }

    /// <summary>What it gives in the organization; null where no box is checked.</summary>
    public List<string>? Permissions { get; set; }

    /// <summary>The tree as it is stored and published.</summary>
    /// <exception cref="ApiException">400: a value without a tag, or a tag without a level.</exception>
    public JsonElement ToTree()
    {
        CheckLevel(StackLevel, StackTag, StackTagValue, "stacks");
        CheckLevel(EnvironmentLevel, EnvironmentTag, EnvironmentTagValue, "environments");
        var entries = new JsonArray();
        if (StackLevel > 0)
        {
            entries.Add(Where("PermissionExpressionStack", StackTag, StackTagValue, OfStack(StackLevel)));
        }
        if (EnvironmentLevel > 0)
        {
            entries.Add(Where("PermissionExpressionEnvironment", EnvironmentTag, EnvironmentTagValue, OfEnvironment(EnvironmentLevel)));
        }
        if (Permissions is { Count: > 0 })
        {
            entries.Add(Allowing(Permissions));
        }
        return JsonSerializer.SerializeToElement(new JsonObject { ["__type"] = "PermissionDescriptorGroup", ["entries"] = entries });
    }

    /// <returns>Null if the tree is none that can be filled in so.</returns>
    public static RoleForm? Of(Role role)
    {
        var form = new RoleForm { Name = role.Name, Description = role.Description };
        var tree = JsonNode.Parse(role.Json)!;
        foreach (var entry in tree["entries"] as JsonArray ?? [])
        {
            var (allow, tag, value) = Read(entry);
            if (allow.Count == 0)
            {
                return null;
            }
            if (Level(allow, Capability.Table.Values.Where(c => c.IsOfStack)) is { } stacks)
            {
                (form.StackLevel, form.StackTag, form.StackTagValue) = (stacks, tag, value);
            }
            else if (Level(allow, Capability.Table.Values.Where(OfOneEnvironment)) is { } environments)
            {
                (form.EnvironmentLevel, form.EnvironmentTag, form.EnvironmentTagValue) = (environments, tag, value);
            }
            else
            {
                form.Permissions = allow;
            }
        }
        // What was not understood is not written again.
        return JsonNode.DeepEquals(tree, JsonNode.Parse(form.ToTree().GetRawText())) ? form : null;
    }

    private static (List<string> Allow, string? Tag, string? Value) Read(JsonNode? entry)
    {
        try
        {
            var condition = entry!["condition"];
            var allow = ((condition is null ? entry : entry["subNode"])!["permissions"] as JsonArray ?? [])
                .Select(p => (string)p!)
                .ToList();
            return condition is null
                ? (allow, null, null)
                : (allow, (string?)condition["left"]!["key"], (string?)condition["right"]!["value"]);
        }
        catch (Exception odd) when (odd is InvalidOperationException or NullReferenceException or FormatException)
        {
            return ([], null, null);
        }
    }

    private static List<string> OfStack(long level) => Below(level, Capability.Table.Values.Where(c => c.IsOfStack));

    private static List<string> OfEnvironment(long level) => Below(level, Capability.Table.Values.Where(OfOneEnvironment));

    private static bool OfOneEnvironment(Capability capability) =>
        capability.IsOfEnvironment
        && capability.From > 0
        && RoleScopes.Groups.Any(g => g.About == RoleScopes.Environment && g.Permissions.Contains(capability.Permission));

    private static List<string> Below(long level, IEnumerable<Capability> of) =>
        [.. of.Where(c => c.From <= level).Select(c => c.Permission).Order(StringComparer.Ordinal)];

    private static long? Level(List<string> allow, IEnumerable<Capability> of) =>
        of.Select(c => c.From!.Value).Distinct().Cast<long?>().FirstOrDefault(level => Below(level!.Value, of).SequenceEqual(allow));

    private static void CheckLevel(long level, string? tag, string? value, string what)
    {
        if (level == 0 && !(string.IsNullOrWhiteSpace(tag) && string.IsNullOrWhiteSpace(value)))
        {
            throw ApiException.BadRequest($"Say what the role may do with the {what} that have the tag, or leave the tag out.");
        }
    }

    private static JsonObject Where(string kind, string? tag, string? value, List<string> permissions)
    {
        var key = (tag ?? "").Trim();
        if (key.Length == 0)
        {
            return string.IsNullOrWhiteSpace(value)
                ? Allowing(permissions)
                : throw ApiException.BadRequest($"'{value}' is the value of a tag: say of which.");
        }
        return new JsonObject
        {
            ["__type"] = "PermissionDescriptorCondition",
            ["condition"] = new JsonObject
            {
                ["__type"] = "PermissionExpressionEqual",
                ["left"] = new JsonObject
                {
                    ["__type"] = "PermissionExpressionTag",
                    ["context"] = new JsonObject { ["__type"] = kind },
                    ["key"] = key,
                },
                ["right"] = new JsonObject { ["__type"] = "PermissionLiteralExpressionString", ["value"] = (value ?? "").Trim() },
            },
            ["subNode"] = Allowing(permissions),
        };
    }

    private static JsonObject Allowing(List<string> permissions) =>
        new() { ["__type"] = Allow, ["permissions"] = new JsonArray([.. permissions.Select(p => (JsonNode)p)]) };
}
