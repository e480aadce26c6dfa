using System.Text;

namespace Server.State;

/// <summary>The full name of a stack.</summary>
public readonly record struct FullStackName(string Organization, string Project, string Stack);

/// <summary>
/// Gives a state's resources the URNs that they have under another stack name, and the secrets provider the stack's new name. Ciphertexts cannot be
/// rewritten.
/// </summary>
public static class StateRename
{
    /// <param name="text">An UntypedDeployment that has passed a check.</param>
    public static byte[] Rename(ReadOnlyMemory<byte> text, FullStackName from, FullStackName to)
    {
        var urns = new UrnRename(from, to);
        var deployment = Deployment.Read(text);
        using var result = new MemoryStream(text.Length + 1024);
        var copied = 0;
        foreach (var (old, now) in Replacements(deployment, urns, from, to).OrderBy(r => Start(text, r.Old)))
        {
            result.Write(text.Span[copied..Start(text, old)]);
            result.Write(now.Span);
            copied = Start(text, old) + old.Length;
        }
        result.Write(text.Span[copied..]);
        return result.ToArray();
    }

    private static IEnumerable<(ReadOnlyMemory<byte> Old, ReadOnlyMemory<byte> Now)> Replacements(
        Deployment deployment,
        UrnRename urns,
        FullStackName from,
        FullStackName to
    )
    {
        var pending = deployment.PendingOperations.Select(p => p.Resource).OfType<Resource>();
        foreach (var resource in deployment.Resources.Concat(pending))
        {
            yield return (resource.Text, urns.Apply(resource).Text);
        }
        if (!deployment.Snippets.IsEmpty)
        {
            yield return (deployment.Snippets, SnippetReferences.Rewrite(deployment.Snippets, urns.Apply));
        }
        if (!deployment.SecretsProviders.IsEmpty)
        {
            yield return (deployment.SecretsProviders, SecretsProvider.Rename(deployment.SecretsProviders, from, to));
        }
    }

    private static int Start(ReadOnlyMemory<byte> text, ReadOnlyMemory<byte> part)
    {
        text.Span.Overlaps(part.Span, out var start);
        return start;
    }
}

/// <summary>The new URN for each old one.</summary>
internal sealed class UrnRename(FullStackName from, FullStackName to)
{
    public string Apply(string urn)
    {
        if (!Urn.TryParse(urn, out var parts) || parts.Stack != from.Stack || parts.Project != from.Project)
        {
            return urn;
        }
        var name = parts.QualifiedType == Urn.StackType ? $"{to.Project}-{to.Stack}" : parts.Name;
        return new Urn(to.Stack, to.Project, parts.QualifiedType, name).ToString();
    }

    public Resource Apply(Resource resource) =>
        ResourceRewrite.Rewrite(
            resource,
            (ResourceMember member, ReadOnlySpan<byte> value, out bool isSame) =>
            {
                var now = value[0] switch
                {
                    (byte)'"' => Text(member, value),
                    (byte)'[' or (byte)'{' => List(member, value),
                    _ => null,
                };
                isSame = now is null;
                return now;
            }
        );

    private byte[]? Text(ResourceMember member, ReadOnlySpan<byte> value) =>
        member switch
        {
            ResourceMember.Urn or ResourceMember.Parent or ResourceMember.DeletedWith or ResourceMember.ViewOf => StateJson.Quote(
                Apply(JsonText.ToString(value[1..^1]))
            ),
            ResourceMember.Provider => Provider(value),
            _ => null,
        };

    private byte[]? List(ResourceMember member, ReadOnlySpan<byte> value) =>
        member switch
        {
            ResourceMember.Dependencies or ResourceMember.PropertyDependencies or ResourceMember.ReplaceWith or ResourceMember.Aliases =>
                UrnLists.Rewrite(value, Apply),
            ResourceMember.Inputs or ResourceMember.Outputs or ResourceMember.ReplacementTrigger => ResourceReferences.Rewrite(
                value,
                Apply
            ),
            _ => null,
        };

    private byte[] Provider(ReadOnlySpan<byte> value)
    {
        var reference = JsonText.Unescape(value[1..^1]);
        var end = Urn.EndInProvider(reference);
        return end < 0
            ? value.ToArray()
            : StateJson.Quote(Apply(Encoding.UTF8.GetString(reference[..end])) + Encoding.UTF8.GetString(reference[end..]));
    }

    private ReadOnlySpan<byte> Apply(ReadOnlySpan<byte> urn)
    {
        var old = Encoding.UTF8.GetString(urn);
        var now = Apply(old);
        return now == old ? urn : Encoding.UTF8.GetBytes(now);
    }
}
