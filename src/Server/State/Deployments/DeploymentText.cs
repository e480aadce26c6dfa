namespace Server.State;

/// <summary>Writes a deployment with its envelope, members in the order of the client.</summary>
internal static class DeploymentText
{
    public static FoldedState Write(Deployment deployment, string? integrityError)
    {
        using var text = new PooledText(SizeOf(deployment));
        text.Write(deployment.Features.Count > 0 ? "{\"version\":4"u8 : "{\"version\":3"u8);
        if (deployment.Features.Count > 0)
        {
            text.Write(",\"features\":"u8);
            WriteList(text, deployment.Features.Select(f => (ReadOnlyMemory<byte>)StateJson.Quote(f)));
        }
        WriteOthers(text, deployment.Envelope);
        text.Write(",\"deployment\":{\"manifest\":"u8);
        text.Write(deployment.Manifest.Span);
        WriteMember(text, ",\"secrets_providers\":"u8, deployment.SecretsProviders);
        if (deployment.Resources.Count > 0)
        {
            text.Write(",\"resources\":"u8);
            WriteList(text, deployment.Resources.Select(r => r.Text));
        }
        if (deployment.PendingOperations.Count > 0)
        {
            text.Write(",\"pending_operations\":"u8);
            WriteList(text, deployment.PendingOperations.Select(p => p.Text));
        }
        WriteMember(text, ",\"metadata\":"u8, deployment.Metadata);
        WriteMember(text, ",\"snippets\":"u8, Member.HasElements(deployment.Snippets) ? deployment.Snippets : default);
        WriteMember(text, ",\"extensions\":"u8, Member.HasElements(deployment.Extensions) ? deployment.Extensions : default);
        WriteOthers(text, deployment.Others);
        text.Write("}}"u8);
        return new(text.Detach()) { ResourceCount = deployment.Resources.Count, IntegrityError = integrityError };
    }

    /// <summary>A little more than it will be, so that nothing is copied twice.</summary>
    private static int SizeOf(Deployment deployment)
    {
        var size = 4096L + deployment.Snippets.Length + deployment.Extensions.Length + deployment.Metadata.Length;
        size += deployment.SecretsProviders.Length + deployment.Others.Sum(o => o.Value.Length + 64L);
        size += deployment.Resources.Sum(r => r.Text.Length + 1L) + deployment.PendingOperations.Sum(p => p.Text.Length + 1L);
        return checked((int)size);
    }

    private static void WriteList(PooledText text, IEnumerable<ReadOnlyMemory<byte>> elements)
    {
        var separator = "["u8;
        foreach (var element in elements)
        {
            text.Write(separator);
            text.Write(element.Span);
            separator = ","u8;
        }
        text.Write("]"u8);
    }

    private static void WriteMember(PooledText text, ReadOnlySpan<byte> name, ReadOnlyMemory<byte> value)
    {
        if (!value.IsEmpty)
        {
            text.Write(name);
            text.Write(value.Span);
        }
    }

    private static void WriteOthers(PooledText text, List<Member> members)
    {
        foreach (var (name, value) in members)
        {
            text.Write(","u8);
            text.Write(StateJson.Quote(name));
            text.Write(":"u8);
            text.Write(value.Span);
        }
    }
}
