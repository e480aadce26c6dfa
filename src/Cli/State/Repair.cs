using System.Text;
using System.Text.Json.Nodes;

namespace Cli.State;

/// <summary>Makes a state valid: dependencies first, and no references into nothing.</summary>
internal static class Repair
{
    /// <returns>What was done, for people.</returns>
    public static string Run(Deployment deployment)
    {
        var removed = RemoveDangling(deployment);
        var moved = Reorder(deployment);
        var report = new StringBuilder();
        if (moved.Count > 0)
        {
            report.Append("The following resources will be moved behind what they depend on:\n");
            moved.ForEach(urn => report.Append($" * {urn}\n"));
        }
        if (removed.Count > 0)
        {
            report.Append("The following references to resources that are not in the state will be removed:\n");
            removed.ForEach(line => report.Append($" * {line}\n"));
        }
        return report.ToString().TrimEnd('\n');
    }

    private static List<string> RemoveDangling(Deployment deployment)
    {
        var known = deployment
            .Resources.Select(resource => References.Text(resource["urn"]))
            .OfType<string>()
            .ToHashSet(StringComparer.Ordinal);
        var removed = new List<string>();
        foreach (var resource in deployment.Resources)
        {
            foreach (var (kind, urn) in References.Of(resource).Where(reference => !known.Contains(reference.Urn)).ToList())
            {
                removed.Add($"{References.Text(resource["urn"])}: {kind} {urn}");
            }
            foreach (var name in (string[])["parent", "deletedWith"])
            {
                if (References.Text(resource[name]) is { } urn && !known.Contains(urn))
                {
                    resource.Remove(name);
                }
            }
            Keep(resource["dependencies"], known);
            foreach (var (_, list) in resource["propertyDependencies"] as JsonObject ?? [])
            {
                Keep(list, known);
            }
        }
        return removed;
    }

    private static void Keep(JsonNode? list, HashSet<string> known)
    {
        if (list is JsonArray items)
        {
            foreach (var gone in items.Where(item => References.Text(item) is not { } urn || !known.Contains(urn)).ToList())
            {
                items.Remove(gone);
            }
        }
    }

    /// <summary>Depth first, in the present order: what stands right already does not move.</summary>
    private static List<string> Reorder(Deployment deployment)
    {
        var list = deployment.ResourceList();
        var before = list.OfType<JsonObject>().ToList();
        var byUrn = before.ToLookup(resource => References.Text(resource["urn"]) ?? "", StringComparer.Ordinal);
        var placed = new HashSet<JsonObject>();
        var after = new List<JsonObject>();

        void Place(JsonObject resource)
        {
            if (!placed.Add(resource))
            {
                return;
            }
            foreach (var needed in Needs(resource).SelectMany(urn => byUrn[urn]))
            {
                Place(needed);
            }
            after.Add(resource);
        }

        before.ForEach(Place);
        var earlier = new HashSet<string>(StringComparer.Ordinal);
        var moved = new List<string>();
        foreach (var resource in before)
        {
            if (Needs(resource).Any(urn => !earlier.Contains(urn)))
            {
                moved.Add(References.Text(resource["urn"]) ?? "");
            }
            earlier.Add(References.Text(resource["urn"]) ?? "");
        }
        list.Clear();
        after.ForEach(resource => list.Add((JsonNode)resource));
        return moved;
    }

    private static IEnumerable<string> Needs(JsonObject resource)
    {
        var urns = References.Of(resource).Select(reference => reference.Urn);
        return References.Text(resource["provider"]) is { } provider ? urns.Prepend(ProviderReference.Split(provider).Urn) : urns;
    }
}
