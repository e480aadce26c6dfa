using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Cli.Storage;

/// <summary>The content of <c>credentials.json</c>.</summary>
internal sealed class Credentials
{
    private readonly JsonObject members;
    private readonly JsonObject tokens;
    private readonly JsonObject accounts;

    private Credentials(JsonObject members)
    {
        this.members = members;
        tokens = members["accessTokens"] as JsonObject ?? [];
        accounts = members["accounts"] as JsonObject ?? [];
    }

    /// <summary>The URL of the back end in use.</summary>
    public string? Current
    {
        get => TextOf(members["current"]) is { Length: > 0 } url ? url : null;
        private set => members["current"] = value;
    }

    public IReadOnlyList<string> Urls =>
        [.. accounts.Concat(tokens).Select(entry => entry.Key).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    public bool Holds(string url) => accounts.ContainsKey(url) || tokens.ContainsKey(url);

    /// <summary>An entry under <c>accounts</c> wins over the older <c>accessTokens</c>.</summary>
    public Account? Find(string url) =>
        accounts[url] is JsonObject account ? Account.Read(account)
        : tokens.ContainsKey(url) ? new Account(TextOf(tokens[url]))
        : null;

    public void Store(string url, Account account, bool makeCurrent)
    {
        tokens[url] = account.AccessToken;
        accounts[url] = account.Write(accounts[url] as JsonObject);
        if (makeCurrent)
        {
            Current = url;
        }
    }

    /// <param name="url">One that is stored.</param>
    public void Use(string url) => Current = url;

    public void Remove(string url)
    {
        tokens.Remove(url);
        accounts.Remove(url);
        if (string.Equals(Current, url, StringComparison.Ordinal))
        {
            Current = null;
        }
    }

    /// <param name="path">For the message only.</param>
    public static Credentials Parse(byte[] content, string path)
    {
        if (content.Length == 0)
        {
            return new Credentials([]);
        }
        try
        {
            var node = GoJson.Parse(content);
            return node switch
            {
                null => new Credentials([]),
                JsonObject members => new Credentials(CheckShape(members, path)),
                _ => throw Unreadable(path, "it is not a JSON object"),
            };
        }
        catch (JsonException fault)
        {
            throw Unreadable(path, GoJsonError.Describe(content, fault));
        }
    }

    /// <returns>Null when nothing is left that is worth a file.</returns>
    public byte[]? Write()
    {
        if (tokens.Count == 0 && accounts.Count == 0)
        {
            return null;
        }
        var ordered = new JsonObject();
        if (Current is { } current)
        {
            ordered["current"] = current;
        }
        AddSorted(ordered, "accessTokens", tokens);
        AddSorted(ordered, "accounts", accounts);
        Unknown.Carry(members, ordered, ["current", "accessTokens", "accounts"]);
        return Encoding.UTF8.GetBytes(GoJson.Write(ordered, indent: 4, escapeHtml: true));
    }

    private static void AddSorted(JsonObject target, string name, JsonObject entries)
    {
        if (entries.Count > 0)
        {
            var sorted = entries
                .OrderBy(entry => entry.Key, StringComparer.Ordinal)
                .Select(entry => KeyValuePair.Create(entry.Key, entry.Value?.DeepClone()));
            target[name] = new JsonObject(sorted);
        }
    }

    // A member of another kind would be lost by a rewrite: somebody has to look at the file.
    private static JsonObject CheckShape(JsonObject members, string path)
    {
        foreach (var name in new[] { "accessTokens", "accounts" })
        {
            if (members[name] is not (null or JsonObject))
            {
                throw Unreadable(path, $"'{name}' is not a JSON object");
            }
        }
        return members;
    }

    private static string TextOf(JsonNode? node) => node?.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : "";

    private static UserErrorException Unreadable(string path, string reason) =>
        new($"failed to read Pulumi credentials file. Please fix or delete invalid credentials file: '{path}': {reason}");
}
