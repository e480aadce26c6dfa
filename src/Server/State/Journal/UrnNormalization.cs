using System.Text;

namespace Server.State;

/// <summary>
/// Replaces the URNs that resources had before they were renamed (their aliases) by those that they have now, everywhere, and drops the aliases.
/// Rare: nothing happens unless some resource has aliases.
/// </summary>
internal sealed class UrnNormalization
{
    private readonly Dictionary<string, string> _now = new(StringComparer.Ordinal);

    /// <summary>Two resources claim one alias. Nothing can be replaced then.</summary>
    public string? Contradiction { get; private set; }

    public static UrnNormalization Of(List<Resource> resources)
    {
        var result = new UrnNormalization();
        if (resources.Exists(r => !r.Facts.Aliases.IsEmpty))
        {
            resources.ForEach(result.Learn);
        }
        return result;
    }

    public void Apply(List<Resource> resources)
    {
        if (_now.Count > 0 && Contradiction is null)
        {
            for (var i = 0; i < resources.Count; i++)
            {
                resources[i] = Apply(resources[i]);
            }
        }
    }

    /// <summary>The references of snippets: <c>"references":{id: urn}</c> in each object of the list.</summary>
    public ReadOnlyMemory<byte> ApplyToSnippets(ReadOnlyMemory<byte> snippets) =>
        _now.Count == 0 || Contradiction is not null || snippets.IsEmpty ? snippets : SnippetReferences.Rewrite(snippets, Fix);

    private void Learn(Resource resource)
    {
        var urn = Encoding.UTF8.GetString(resource.Urn);
        foreach (var alias in resource.Urns(resource.Facts.Aliases))
        {
            var old = Encoding.UTF8.GetString(alias);
            if (_now.TryGetValue(old, out var other) && other != urn)
            {
                Contradiction ??= $"two resources, {other} and {urn}, have the same alias {old}";
            }
            _now[old] = urn;
        }
        var parent = Encoding.UTF8.GetString(resource.Of(resource.Facts.Parent));
        if (
            _now.TryGetValue(parent, out var newParent)
            && Urn.TryParse(newParent, out var p)
            && p.QualifiedType != Urn.StackType
            && Urn.TryParse(urn, out var own)
        )
        {
            _now[urn] = (own with { QualifiedType = p.QualifiedType + "$" + own.OwnType }).ToString();
        }
    }

    private string Fix(string urn) => _now.GetValueOrDefault(urn, urn);

    private ReadOnlySpan<byte> Fix(ReadOnlySpan<byte> urn)
    {
        var old = Encoding.UTF8.GetString(urn);
        var now = Fix(old);
        return now == old ? urn : Encoding.UTF8.GetBytes(now);
    }

    private Resource Apply(Resource resource) =>
        Concerns(resource)
            ? ResourceRewrite.Rewrite(
                resource,
                (ResourceMember member, ReadOnlySpan<byte> value, out bool isSame) =>
                {
                    isSame = value.SequenceEqual("null"u8);
                    switch (isSame ? ResourceMember.Other : member)
                    {
                        case ResourceMember.Aliases:
                            return null;
                        case ResourceMember.Urn:
                        case ResourceMember.Parent:
                        case ResourceMember.DeletedWith:
                        case ResourceMember.ViewOf:
                            return StateJson.Quote(Fix(JsonText.ToString(value[1..^1])));
                        case ResourceMember.Provider:
                            return FixProvider(value);
                        case ResourceMember.Dependencies:
                        case ResourceMember.PropertyDependencies:
                            return UrnLists.Rewrite(value, Fix);
                        default:
                            isSame = true;
                            return null;
                    }
                }
            )
            : resource;

    private byte[] FixProvider(ReadOnlySpan<byte> value)
    {
        var reference = JsonText.Unescape(value[1..^1]);
        var end = Urn.EndInProvider(reference);
        if (end < 0)
        {
            return value.ToArray();
        }
        var urn = Fix(reference[..end]);
        return urn.SequenceEqual(reference[..end])
            ? value.ToArray()
            : StateJson.Quote(Encoding.UTF8.GetString(urn) + Encoding.UTF8.GetString(reference[end..]));
    }

    private bool Concerns(Resource resource)
    {
        ref readonly var facts = ref resource.Facts;
        var provider = resource.Of(facts.Provider);
        var providerUrn = Urn.EndInProvider(provider);
        return !facts.Aliases.IsEmpty
            || Has(resource.Urn)
            || Has(resource.Of(facts.Parent))
            || Has(resource.Of(facts.DeletedWith))
            || Has(resource.Of(facts.ViewOf))
            || (providerUrn > 0 && Has(provider[..providerUrn]))
            || HasAny(resource.Urns(facts.Dependencies))
            || HasAny(resource.Urns(facts.PropertyDependencies));
    }

    private bool HasAny(UrnList urns)
    {
        foreach (var urn in urns)
        {
            if (Has(urn))
            {
                return true;
            }
        }
        return false;
    }

    private bool Has(ReadOnlySpan<byte> urn) => !urn.IsEmpty && _now.ContainsKey(Encoding.UTF8.GetString(urn));
}
