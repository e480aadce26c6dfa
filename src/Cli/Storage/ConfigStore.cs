using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Cli.Storage;

/// <summary><c>config.json</c>: the default organization of each back end, under its API's URL.</summary>
internal sealed class ConfigStore(Machine machine)
{
    private readonly PrivateFile file = new(Places.ConfigFile(machine));

    public string? DefaultOrganization(string url) =>
        Backends(Parse(file.Read()))[url] is JsonObject backend
        && backend["defaultOrg"] is JsonValue name
        && name.TryGetValue<string>(out var text)
            ? text
            : null;

    public void SetDefaultOrganization(string url, string organization) =>
        file.Change(content =>
        {
            var members = Parse(content);
            var backends = Backends(members);
            var backend = backends[url] as JsonObject ?? [];
            backend["defaultOrg"] = organization;
            backends[url] = backend.DeepClone();
            members["backends"] = Sorted(backends);
            return Bytes(members);
        });

    /// <summary>Forgets one back end; the last one takes the file with it.</summary>
    public void Forget(string url)
    {
        if (!File.Exists(file.Path) || !Backends(Parse(file.Read())).ContainsKey(url))
        {
            return;
        }
        file.Change(content =>
        {
            var members = Parse(content);
            var backends = Backends(members);
            backends.Remove(url);
            members["backends"] = backends.Count > 0 ? Sorted(backends) : null;
            if (backends.Count == 0)
            {
                members.Remove("backends");
            }
            return members.Count == 0 ? null : Bytes(members);
        });
    }

    public void Clear()
    {
        if (File.Exists(file.Path))
        {
            file.Change(_ => "{}"u8.ToArray());
        }
    }

    private static JsonObject Backends(JsonObject members) => members["backends"] as JsonObject ?? [];

    private static JsonObject Sorted(JsonObject entries) =>
        new(
            entries
                .OrderBy(entry => entry.Key, StringComparer.Ordinal)
                .Select(entry => KeyValuePair.Create(entry.Key, entry.Value?.DeepClone()))
        );

    private static byte[] Bytes(JsonObject members) => Encoding.UTF8.GetBytes(GoJson.Write(members, indent: 4, escapeHtml: true));

    private JsonObject Parse(byte[] content)
    {
        if (content.Length == 0)
        {
            return [];
        }
        try
        {
            return GoJson.Parse(content) as JsonObject
                ?? throw new UserErrorException($"failed to read Pulumi config file '{file.Path}': it is not a JSON object");
        }
        catch (JsonException fault)
        {
            throw new UserErrorException($"failed to read Pulumi config file '{file.Path}': {GoJsonError.Describe(content, fault)}");
        }
    }
}
