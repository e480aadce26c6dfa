using System.Text.Json.Nodes;

namespace Cli.State;

/// <summary>The places of a resource in which URNs stand.</summary>
internal static class References
{
    public const string Signature = "4dabf18193072939515e22adb298388d";
    private const string ResourceReference = "5cf8f73096256a8f31e491e813e4eb8e";

    /// <summary>Rewrites the resource's own URN and every reference that it makes.</summary>
    public static void Rewrite(JsonObject resource, Func<string, string> change)
    {
        RewriteText(resource, "urn", change);
        RewriteOthers(resource, change);
    }

    /// <summary>Rewrites what the resource refers to, and not its own URN.</summary>
    public static void RewriteOthers(JsonObject resource, Func<string, string> change)
    {
        foreach (var name in (string[])["parent", "deletedWith", "viewOf"])
        {
            RewriteText(resource, name, change);
        }
        RewriteText(resource, "provider", reference => OfProvider(reference, change));
        foreach (var name in (string[])["dependencies", "replaceWith", "aliases"])
        {
            RewriteList(resource[name], change);
        }
        foreach (var (_, list) in resource["propertyDependencies"] as JsonObject ?? [])
        {
            RewriteList(list, change);
        }
        foreach (var name in (string[])["inputs", "outputs", "replacementTrigger"])
        {
            RewriteValue(resource[name], change);
        }
    }

    /// <summary>Every URN that has to stand earlier in the state, with what it is to the resource.</summary>
    public static IEnumerable<(string Kind, string Urn)> Of(JsonObject resource)
    {
        if (Text(resource["parent"]) is { } parent)
        {
            yield return ("parent", parent);
        }
        foreach (var urn in Texts(resource["dependencies"]))
        {
            yield return ("dependency", urn);
        }
        foreach (var (_, list) in resource["propertyDependencies"] as JsonObject ?? [])
        {
            foreach (var urn in Texts(list))
            {
                yield return ("property dependency", urn);
            }
        }
        if (Text(resource["deletedWith"]) is { } deletedWith)
        {
            yield return ("deletedWith", deletedWith);
        }
    }

    public static string? Text(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<string>(out var text) && text.Length > 0 ? text : null;

    public static IEnumerable<string> Texts(JsonNode? list) => (list as JsonArray ?? []).Select(Text).OfType<string>();

    private static string OfProvider(string reference, Func<string, string> change)
    {
        var (urn, rest) = ProviderReference.Split(reference);
        return change(urn) + rest;
    }

    private static void RewriteText(JsonObject owner, string name, Func<string, string> change)
    {
        if (Text(owner[name]) is { } text && change(text) is var changed && changed != text)
        {
            owner[name] = changed;
        }
    }

    private static void RewriteList(JsonNode? list, Func<string, string> change)
    {
        if (list is JsonArray items)
        {
            for (var i = 0; i < items.Count; i++)
            {
                if (Text(items[i]) is { } text && change(text) is var changed && changed != text)
                {
                    items[i] = changed;
                }
            }
        }
    }

    private static void RewriteValue(JsonNode? value, Func<string, string> change)
    {
        switch (value)
        {
            case JsonObject members:
                if (Text(members[Signature]) == ResourceReference)
                {
                    RewriteText(members, "urn", change);
                }
                foreach (var (_, member) in members.ToList())
                {
                    RewriteValue(member, change);
                }
                break;
            case JsonArray items:
                foreach (var item in items)
                {
                    RewriteValue(item, change);
                }
                break;
        }
    }
}
