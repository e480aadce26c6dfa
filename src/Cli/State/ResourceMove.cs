using System.Text.Json.Nodes;
using Cli.Backends;

namespace Cli.State;

/// <param name="Moving">Copies, which <see cref="ResourceMove.Carry"/> puts into the other state.</param>
/// <param name="Providers">Copies of what they need.</param>
internal sealed record MovePlan(
    IReadOnlyList<JsonObject> Moving,
    IReadOnlyList<JsonObject> Providers,
    IReadOnlyList<(string Urn, string Needs)> BrokenInSource,
    IReadOnlyList<(string Urn, string Needs)> BrokenInMoved
);

/// <summary>Takes resources out of one state and into another.</summary>
internal sealed class ResourceMove(Session session, Deployment source, Deployment destination, StackName from, StackName to)
{
    private const string ProviderType = "pulumi:providers:";

    public MovePlan Plan(IReadOnlyList<string> urns, bool withParents)
    {
        var moving = Chosen(urns, withParents);
        var needed = moving.Select(resource => References.Text(resource["provider"])).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var moved = moving.Select(UrnOf).ToHashSet(StringComparer.Ordinal);
        var providers = source.Resources.Where(resource => needed.Contains(ReferenceTo(resource)) && !moved.Contains(UrnOf(resource)));
        return new(
            [.. moving.Select(Copy)],
            [.. providers.Select(Copy)],
            Broken(source.Resources.Where(resource => !moved.Contains(UrnOf(resource))), moved.Contains),
            Broken(moving, urn => !moved.Contains(urn))
        );
    }

    public void Carry(MovePlan plan)
    {
        var moved = plan.Moving.Select(UrnOf).ToHashSet(StringComparer.Ordinal);
        var list = source.ResourceList();
        foreach (var resource in list.OfType<JsonObject>().ToList())
        {
            if (moved.Contains(UrnOf(resource)))
            {
                list.Remove(resource);
            }
            else
            {
                Cut(resource, urn => !moved.Contains(urn), newParent: null);
            }
        }
        var root = RootOfDestination();
        var providers = plan.Providers.ToDictionary(ReferenceTo, provider => CarryProvider(provider, moved, root), StringComparer.Ordinal);
        var present = destination.Resources.Select(UrnOf).ToHashSet(StringComparer.Ordinal);
        foreach (var resource in plan.Moving)
        {
            Cut(resource, moved.Contains, root);
            var provider = References.Text(resource["provider"]) is { } old ? providers.GetValueOrDefault(old) : null;
            References.Rewrite(resource, Renamed);
            if (provider is not null)
            {
                resource["provider"] = provider;
            }
            if (!present.Add(UrnOf(resource)))
            {
                throw new UserErrorException($"{UrnOf(resource)} already exists in {to.Full}");
            }
            destination.ResourceList().Add((JsonNode)resource);
        }
    }

    /// <summary>The provider that is there already under the name that this one will have; its identifier is another.</summary>
    public JsonObject? Counterpart(JsonObject provider)
    {
        var urn = Renamed(UrnOf(provider));
        return destination.Resources.FirstOrDefault(resource => UrnOf(resource) == urn && !Deployment.IsOn(resource, "delete"));
    }

    /// <summary>Takes a provider along, unless the destination has the same one.</summary>
    /// <returns>How resources refer to it there.</returns>
    private string CarryProvider(JsonObject provider, HashSet<string> moved, string root)
    {
        if (Counterpart(provider) is { } there)
        {
            return JsonNode.DeepEquals(there["inputs"] ?? new JsonObject(), provider["inputs"] ?? new JsonObject())
                ? ReferenceTo(there)
                : throw new UserErrorException(
                    $"the provider {UrnOf(there)} exists in {to.Full} with other inputs. Make the configuration of the two stacks' providers equal with `pulumi up`, or give one of them another name"
                );
        }
        Cut(provider, moved.Contains, root);
        References.Rewrite(provider, Renamed);
        destination.ResourceList().Add((JsonNode)provider);
        return ReferenceTo(provider);
    }

    private static string ReferenceTo(JsonObject provider) => $"{UrnOf(provider)}::{References.Text(provider["id"])}";

    private List<JsonObject> Chosen(IReadOnlyList<string> urns, bool withParents)
    {
        var chosen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var urn in urns)
        {
            if (source.Resources.FirstOrDefault(resource => UrnOf(resource) == urn) is not { } resource)
            {
                session.Warn($"Resource {urn} not found in source stack");
                continue;
            }
            if (Urn.Parse(urn)?.Type.StartsWith(ProviderType, StringComparison.Ordinal) == true)
            {
                throw new UserErrorException(
                    "cannot move providers. Only resources can be moved, and providers will be included automatically"
                );
            }
            chosen.Add(urn);
            for (var above = resource; withParents && ParentOf(above) is { } parent; above = parent)
            {
                chosen.Add(UrnOf(parent));
            }
        }
        // Children stand behind their parents.
        var moving = source.Resources.Where(resource =>
            chosen.Contains(UrnOf(resource))
            || (References.Text(resource["parent"]) is { } parent && chosen.Contains(parent) && chosen.Add(UrnOf(resource)))
        );
        return moving.ToList() is { Count: > 0 } list ? list : throw new UserErrorException("no resources found to move");
    }

    /// <returns>Null for the stack's own resource.</returns>
    private JsonObject? ParentOf(JsonObject resource) =>
        source.Resources.FirstOrDefault(other =>
            UrnOf(other) == References.Text(resource["parent"]) && References.Text(other["type"]) != Urn.StackType
        );

    private static List<(string Urn, string Needs)> Broken(IEnumerable<JsonObject> resources, Func<string, bool> isBroken) =>
        [
            .. resources.SelectMany(resource =>
                References
                    .Of(resource)
                    .Where(reference => reference.Kind != "parent" && isBroken(reference.Urn))
                    .Select(reference => (UrnOf(resource), reference.Urn))
                    .Distinct()
            ),
        ];

    /// <summary>Drops references to what is not kept; a parent that is not there is replaced.</summary>
    private static void Cut(JsonObject resource, Func<string, bool> keeps, string? newParent)
    {
        if (References.Text(resource["parent"]) is { } parent && !keeps(parent))
        {
            resource.Remove("parent");
            if (newParent is not null)
            {
                resource["parent"] = newParent;
            }
        }
        if (References.Text(resource["deletedWith"]) is { } deletedWith && !keeps(deletedWith))
        {
            resource.Remove("deletedWith");
        }
        var lists = (resource["propertyDependencies"] as JsonObject ?? []).Select(member => member.Value).Append(resource["dependencies"]);
        foreach (var list in lists.OfType<JsonArray>())
        {
            foreach (var gone in list.Where(item => References.Text(item) is { } urn && !keeps(urn)).ToList())
            {
                list.Remove(gone);
            }
        }
    }

    /// <summary>Made where the destination has none.</summary>
    private string RootOfDestination()
    {
        var list = destination.ResourceList();
        if (list.OfType<JsonObject>().FirstOrDefault(resource => References.Text(resource["type"]) == Urn.StackType) is { } root)
        {
            return UrnOf(root);
        }
        var urn = new Urn(to.Name, ProjectOfDestination, Urn.StackType, $"{ProjectOfDestination}-{to.Name}").ToString();
        list.Insert(
            0,
            new JsonObject
            {
                ["urn"] = urn,
                ["custom"] = false,
                ["type"] = Urn.StackType,
            }
        );
        return urn;
    }

    // Stores of the old layout do not know their stacks' projects.
    private string ProjectOfDestination =>
        to.Project.Length > 0
            ? to.Project
            : source.Resources.Select(resource => Urn.Parse(UrnOf(resource))?.Project).OfType<string>().First();

    private string Renamed(string text) =>
        Urn.Parse(text) is { } urn && urn.Stack == from.Name
            ? (urn with { Stack = to.Name, Project = ProjectOfDestination }).ToString()
            : text;

    private static string UrnOf(JsonObject resource) => References.Text(resource["urn"]) ?? "";

    private static JsonObject Copy(JsonObject resource) => resource.DeepClone().AsObject();
}
