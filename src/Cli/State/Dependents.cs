using System.Text.Json.Nodes;

namespace Cli.State;

/// <summary>What needs a resource, directly or through others.</summary>
internal static class Dependents
{
    /// <summary>In the state's order.</summary>
    public static IReadOnlyList<JsonObject> Of(JsonArray resources, JsonObject target)
    {
        var needed = new HashSet<string>(StringComparer.Ordinal) { References.Text(target["urn"])! };
        if (HasLivingTwin(resources, target))
        {
            return []; // what waits to be deleted is needed by nobody: references are to the living copy
        }
        var dependents = new List<JsonObject>();
        foreach (var resource in resources.OfType<JsonObject>().Where(resource => resource != target))
        {
            if (Needs(resource).Any(needed.Contains) && References.Text(resource["urn"]) is { } urn)
            {
                dependents.Add(resource);
                needed.Add(urn);
            }
        }
        return dependents;
    }

    private static bool HasLivingTwin(JsonArray resources, JsonObject target) =>
        Deployment.IsOn(target, "delete")
        && resources
            .OfType<JsonObject>()
            .Any(other =>
                other != target && References.Text(other["urn"]) == References.Text(target["urn"]) && !Deployment.IsOn(other, "delete")
            );

    private static IEnumerable<string> Needs(JsonObject resource)
    {
        var urns = References.Of(resource).Select(reference => reference.Urn);
        return References.Text(resource["provider"]) is { } provider ? urns.Append(ProviderReference.Split(provider).Urn) : urns;
    }
}
