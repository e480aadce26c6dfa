using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cli.Backends.Buckets;

namespace Cli.Backends.Diy;

/// <summary>One file for each update, and one for the state after it, named by stack and time.</summary>
internal sealed class HistoryFiles(IBucket bucket)
{
    private const string Entry = ".history.json";
    private const string Checkpoint = ".checkpoint.json";

    public async Task<IReadOnlyList<PastUpdate>> Read(StackName stack, int pageSize, int page, CancellationToken ct)
    {
        var keys = (await bucket.List(Layout.History(stack), ct))
            .Select(entry => entry.Key)
            .Where(key => Compression.Strip(key).EndsWith(Entry, StringComparison.Ordinal))
            .OrderByDescending(key => key, StringComparer.Ordinal)
            .ToList();
        var wanted = pageSize == 0 ? keys : [.. keys.Skip((page - 1) * pageSize).Take(pageSize)];
        var updates = new List<PastUpdate>();
        foreach (var key in wanted)
        {
            if (await bucket.Read(key, ct) is { } content)
            {
                updates.Add(PastUpdate.Read(Parse(key, Compression.Unpack(key, content)), PastConfig.OfFile) with { Key = key });
            }
        }
        return updates;
    }

    /// <returns>The file beside the update's, unpacked; null where there is none.</returns>
    public async Task<(string Key, byte[] File)?> StateOf(PastUpdate update, CancellationToken ct)
    {
        var stem = Compression.Strip(update.Key!)[..^Entry.Length];
        foreach (var key in Compression.Endings.Select(ending => stem + Checkpoint + ending))
        {
            if (await bucket.Read(key, ct) is { } content)
            {
                return (key, Compression.Unpack(key, content));
            }
        }
        return null;
    }

    public async Task Move(StackName from, StackName to, CancellationToken ct)
    {
        await Copy((bucket, from), (bucket, to), (_, content) => Task.FromResult(content), ct);
        await Remove(from, ct);
    }

    public static async Task Copy(
        (IBucket Bucket, StackName Stack) source,
        (IBucket Bucket, StackName Stack) target,
        Func<string, byte[], Task<byte[]>> change,
        CancellationToken ct
    )
    {
        var (from, to) = (source.Stack, target.Stack);
        foreach (var entry in await source.Bucket.List(Layout.History(from), ct))
        {
            var name = entry.Key[Layout.History(from).Length..];
            var renamed = name.StartsWith(from.Name + "-", StringComparison.Ordinal) ? to.Name + name[from.Name.Length..] : name;
            if (await source.Bucket.Read(entry.Key, ct) is { } content)
            {
                await target.Bucket.Write(Layout.History(to) + renamed, await change(entry.Key, content), ct);
            }
        }
    }

    /// <summary>An update that was elsewhere. Its file is named by its number, too: two may have begun in one second.</summary>
    public Task Add(StackName stack, JsonObject entry, CancellationToken ct)
    {
        var (start, version) = (entry["startTime"]!.GetValue<long>(), entry["version"]!.GetValue<long>());
        var key = $"{Layout.History(stack)}{stack.Name}-{(start * 1_000_000_000) + version}{Entry}";
        return bucket.Write(key, Encoding.UTF8.GetBytes(entry.ToJsonString()), ct);
    }

    public async Task Remove(StackName stack, CancellationToken ct)
    {
        foreach (var entry in await bucket.List(Layout.History(stack), ct))
        {
            await bucket.Delete(entry.Key, ct);
        }
    }

    private static JsonObject Parse(string key, byte[] content)
    {
        try
        {
            return JsonNode.Parse(content) as JsonObject ?? throw new JsonException("it is not an object");
        }
        catch (JsonException problem)
        {
            throw new UserErrorException($"reading history file '{key}': {problem.Message}");
        }
    }
}
