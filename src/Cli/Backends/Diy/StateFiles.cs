using System.Text;
using System.Text.Json;
using Cli.Backends.Buckets;
using Cli.State;

namespace Cli.Backends.Diy;

/// <summary>The files that hold stacks' states, as the stock CLI names, fills and keeps them.</summary>
internal sealed class StateFiles(Machine machine, IBucket bucket)
{
    private readonly string ending = Compression.Wanted(machine);

    /// <returns>The key of the newest, whatever its compression; null when the stack does not exist.</returns>
    public async Task<string?> Find(StackName stack, CancellationToken ct)
    {
        var plain = Layout.StateFile(stack);
        var entries = await bucket.List(plain, ct);
        return Newest(entries.Where(entry => Array.Exists(Compression.Endings, end => entry.Key == plain + end)));
    }

    /// <summary>Of the files of one stack.</summary>
    public static string? Newest(IEnumerable<BucketEntry> files) =>
        files.OrderByDescending(file => file.Modified).ThenByDescending(file => file.Key.Length).FirstOrDefault()?.Key;

    /// <returns>Null when the stack does not exist.</returns>
    public async Task<byte[]?> Read(StackName stack, CancellationToken ct) => await Find(stack, ct) is { } key ? await Read(key, ct) : null;

    /// <returns>Null when there is no such file (any more).</returns>
    public async Task<byte[]?> Read(string key, CancellationToken ct) =>
        await bucket.Read(key, ct) is { } content ? Compression.Unpack(key, content) : null;

    /// <summary>A state of its own; false when the stack exists.</summary>
    public async Task<bool> Create(StackName stack, byte[] deployment, CancellationToken ct) =>
        await Find(stack, ct) is null
        && await bucket.Create(Layout.StateFile(stack) + ending, Compression.Pack(ending, ToFile(stack, deployment)), ct);

    /// <summary>Keeps what was there twice: beside the file, and with its time under <c>backups/</c>.</summary>
    public async Task Write(StackName stack, ReadOnlyMemory<byte> deployment, CancellationToken ct)
    {
        var key = Layout.StateFile(stack) + ending;
        var old = await Find(stack, ct);
        if (old is not null && await bucket.Read(old, ct) is { } before)
        {
            await bucket.Write(old + ".bak", before, ct);
            await BackUp(stack, old, before, ct);
        }
        var content = Compression.Pack(ending, ToFile(stack, deployment));
        await bucket.Write(key, content, ct);
        if (IsOn("RETAIN_CHECKPOINTS"))
        {
            await bucket.Write($"{key}.{Nanoseconds()}", content, ct);
        }
        if (old is not null && old != key)
        {
            await bucket.Delete(old, ct);
        }
    }

    /// <summary>The file becomes its own <c>.bak</c>.</summary>
    public async Task Remove(StackName stack, bool withBackups, CancellationToken ct)
    {
        while (await Find(stack, ct) is { } key)
        {
            if (!withBackups && await bucket.Read(key, ct) is { } content)
            {
                await bucket.Write(key + ".bak", content, ct);
            }
            await bucket.Delete(key, ct);
        }
        if (!withBackups)
        {
            return;
        }
        foreach (var end in Compression.Endings)
        {
            await bucket.Delete($"{Layout.StateFile(stack)}{end}.bak", ct);
        }
        foreach (var entry in await bucket.List(Layout.Backups(stack), ct))
        {
            await bucket.Delete(entry.Key, ct);
        }
    }

    /// <summary>From what a store holds to what is exported.</summary>
    public static byte[] ToDeployment(ReadOnlyMemory<byte> file, string where)
    {
        try
        {
            var members = JsonText.Members(file);
            var deployment = JsonText.Members(members["checkpoint"]).GetValueOrDefault("latest");
            return Join(members, "deployment", deployment.IsEmpty ? "null"u8.ToArray() : deployment);
        }
        catch (Exception problem) when (problem is JsonException or KeyNotFoundException)
        {
            throw new UserErrorException($"could not read the state in '{where}': {problem.Message}");
        }
    }

    public static byte[] ToFile(StackName stack, ReadOnlyMemory<byte> deployment)
    {
        var members = JsonText.Members(deployment);
        var latest = members.GetValueOrDefault("deployment");
        var checkpoint = new MemoryStream();
        checkpoint.Write(Encoding.UTF8.GetBytes($"{{\"stack\":\"{stack.Full}\""));
        if (!latest.IsEmpty && !JsonText.IsNull(latest))
        {
            checkpoint.Write(",\"latest\":"u8);
            checkpoint.Write(latest.Span);
        }
        checkpoint.Write("}"u8);
        return JsonText.Lay(Join(members, "checkpoint", checkpoint.ToArray()), indent: 0);
    }

    private static byte[] Join(IReadOnlyDictionary<string, ReadOnlyMemory<byte>> members, string name, ReadOnlyMemory<byte> value)
    {
        var head = new MemoryStream();
        head.Write("{\"version\":"u8);
        head.Write(members.TryGetValue("version", out var version) ? version.Span : "3"u8);
        if (members.TryGetValue("features", out var features))
        {
            head.Write(",\"features\":"u8);
            head.Write(features.Span);
        }
        head.Write(Encoding.UTF8.GetBytes($",\"{name}\":"));
        return [.. head.ToArray(), .. value.Span, (byte)'}'];
    }

    private async Task BackUp(StackName stack, string key, byte[] content, CancellationToken ct)
    {
        if (!IsOn("DISABLE_CHECKPOINT_BACKUPS"))
        {
            await bucket.Write($"{Layout.Backups(stack)}{stack.Name}.{Nanoseconds()}.json{Compression.Of(key)}", content, ct);
        }
    }

    private bool IsOn(string name) => machine.IsOn("PULUMI_DIY_BACKEND_" + name) || machine.IsOn("PULUMI_" + name);

    private long Nanoseconds() => (machine.Clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;
}
