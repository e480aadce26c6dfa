using System.Text.Json.Nodes;
using Cli.State;

namespace Cli.Stack;

/// <summary>Resources below their parents. Those without one hang below the stack's own resource; where there is none, the list is flat.</summary>
internal static class ResourceTree
{
    /// <param name="Prefix">Branches before the type.</param>
    /// <param name="PrefixBelow">Branches before lines about the resource.</param>
    public sealed record Node(JsonObject Resource, string Prefix, string PrefixBelow);

    public static IEnumerable<Node> Of(IReadOnlyList<JsonObject> resources)
    {
        var root = resources.FirstOrDefault(resource => References.Text(resource["type"]) == Urn.StackType);
        if (root is null)
        {
            return resources.Select(resource => new Node(resource, "", "    "));
        }
        var urns = resources.Select(resource => References.Text(resource["urn"])).ToHashSet();
        var rootUrn = References.Text(root["urn"]);
        var children = resources
            .Where(resource => resource != root)
            .ToLookup(resource => References.Text(resource["parent"]) is { } parent && urns.Contains(parent) ? parent : rootUrn);
        return Below(root, "", "", children, []);
    }

    private static IEnumerable<Node> Below(
        JsonObject resource,
        string prefix,
        string indent,
        ILookup<string?, JsonObject> children,
        HashSet<string> above
    )
    {
        var urn = References.Text(resource["urn"]) ?? "";
        // Two copies of one resource share a URN; its children stand below the first.
        var own = above.Add(urn) ? children[urn].ToList() : [];
        yield return new(resource, prefix, indent + (own.Count > 0 ? "│  " : "   "));
        for (var i = 0; i < own.Count; i++)
        {
            var last = i == own.Count - 1;
            foreach (var node in Below(own[i], indent + (last ? "└─ " : "├─ "), indent + (last ? "   " : "│  "), children, above))
            {
                yield return node;
            }
        }
    }
}
