namespace Server.State;

/// <summary>Removes references to resources that a refresh has found gone. The resources are in the order of their dependencies.</summary>
internal static class DanglingReferences
{
    public static void Drop(List<Resource> resources)
    {
        var seen = new HashSet<byte[]>(resources.Count, Utf8Comparer.Instance);
        for (var i = 0; i < resources.Count; i++)
        {
            if (HasDangling(resources[i], seen))
            {
                resources[i] = WithoutDangling(resources[i], seen);
            }
            seen.Add(resources[i].Urn.ToArray());
        }
        for (var i = 0; i < resources.Count; i++)
        {
            var parent = resources[i].Of(resources[i].Facts.Parent);
            if (parent.Length > 0 && !Knows(seen, parent))
            {
                resources[i] = ResourceRewrite.Rewrite(resources[i], LeaveOutParent);
            }
        }
    }

    private static bool HasDangling(Resource resource, HashSet<byte[]> seen)
    {
        ref readonly var facts = ref resource.Facts;
        return (!facts.DeletedWith.IsEmpty && !Knows(seen, resource.Of(facts.DeletedWith)))
            || HasDangling(resource.Urns(facts.Dependencies), seen)
            || HasDangling(resource.Urns(facts.PropertyDependencies), seen)
            || HasDangling(resource.Urns(facts.ReplaceWith), seen);
    }

    private static bool HasDangling(UrnList urns, HashSet<byte[]> seen)
    {
        foreach (var urn in urns)
        {
            if (!Knows(seen, urn))
            {
                return true;
            }
        }
        return false;
    }

    private static bool Knows(HashSet<byte[]> seen, ReadOnlySpan<byte> urn) => seen.GetAlternateLookup<ReadOnlySpan<byte>>().Contains(urn);

    private static Resource WithoutDangling(Resource resource, HashSet<byte[]> seen) =>
        ResourceRewrite.Rewrite(
            resource,
            (ResourceMember member, ReadOnlySpan<byte> value, out bool isSame) =>
            {
                isSame = false;
                switch (member)
                {
                    case ResourceMember.Dependencies:
                    case ResourceMember.ReplaceWith:
                    case ResourceMember.PropertyDependencies:
                        return UrnLists.Rewrite(value, urn => Knows(seen, urn) ? urn : default);
                    case ResourceMember.DeletedWith when value.Length > 2 && !Knows(seen, JsonText.Unescape(value[1..^1])):
                        return null;
                    default:
                        isSame = true;
                        return null;
                }
            }
        );

    private static byte[]? LeaveOutParent(ResourceMember member, ReadOnlySpan<byte> value, out bool isSame)
    {
        isSame = member != ResourceMember.Parent;
        return null;
    }
}
