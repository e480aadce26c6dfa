using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cli.Backends.Buckets;
using Cli.Storage;

namespace Cli.Backends.Diy;

/// <summary>A stack's tags, beside its state: <c>{"version":1,"tags":{…}}</c>.</summary>
internal sealed class TagFile(IBucket bucket)
{
    public async Task<IReadOnlyDictionary<string, string>> Read(StackName stack, CancellationToken ct)
    {
        var tags = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (await bucket.Read(Layout.Tags(stack), ct) is not { } content)
        {
            return tags;
        }
        try
        {
            foreach (var (name, value) in GoJson.Parse(content)?["tags"] as JsonObject ?? [])
            {
                tags[name] = value?.GetValue<string>() ?? "";
            }
            return tags;
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException)
        {
            throw new UserErrorException($"reading '{Layout.Tags(stack)}': {problem.Message}");
        }
    }

    public Task Write(StackName stack, IReadOnlyDictionary<string, string> tags, CancellationToken ct)
    {
        var members = new JsonObject(
            tags.OrderBy(tag => tag.Key, StringComparer.Ordinal).Select(tag => new KeyValuePair<string, JsonNode?>(tag.Key, tag.Value))
        );
        var file = new JsonObject { ["version"] = 1, ["tags"] = members };
        return bucket.Write(Layout.Tags(stack), Encoding.UTF8.GetBytes(file.ToJsonString()), ct);
    }
}
