using System.Text.Json.Nodes;

namespace Server.Tests.State;

/// <summary>
/// The replay of a journal, written down as plainly as can be, on JSON objects. Slow and obviously right: what the fold does on bytes is held against it.
/// </summary>
internal sealed class ReferenceReplay(JsonObject untypedDeployment)
{
    private static readonly string[] FeatureOrder = ["byteString"];

    private JsonObject _base = (JsonObject?)untypedDeployment["deployment"]?.DeepClone() ?? [];
    private readonly List<JsonObject> _added = [];
    private readonly Dictionary<long, int> _addedAt = [];
    private readonly HashSet<long> _dropAdded = [];
    private readonly HashSet<long> _dropBase = [];
    private readonly Dictionary<long, JsonObject> _swapBase = [];
    private readonly HashSet<long> _markDelete = [];
    private readonly HashSet<long> _markPendingReplacement = [];
    private readonly List<JsonObject> _open = [];
    private readonly SortedDictionary<string, JsonNode?> _extensions = new(StringComparer.Ordinal);
    private bool _refreshed;
    private bool _byteString = (untypedDeployment["features"] as JsonArray ?? []).Any(f => (string?)f == "byteString");

    public static JsonObject Run(JsonObject untypedDeployment, IEnumerable<JsonObject> entries)
    {
        var replay = new ReferenceReplay(untypedDeployment);
        foreach (var entry in entries.GroupBy(e => (long)e["sequenceID"]!).OrderBy(g => g.Key).Select(g => g.First()))
        {
            replay.Add(entry);
        }
        return replay.Build();
    }

    private void Add(JsonObject e)
    {
        _byteString |= (bool?)e["requiresByteString"] ?? false;
        var operation = (long?)e["operationID"] ?? 0;
        var state = e["state"] as JsonObject;
        switch ((int)e["kind"]!)
        {
            case 0:
                var at = _open.FindIndex(o => (long)o["operationID"]! == operation);
                if (at < 0)
                {
                    _open.Add(e);
                }
                else
                {
                    _open[at] = e;
                }
                break;
            case 1:
                End(operation);
                if (state is not null)
                {
                    _addedAt[operation] = _added.Count;
                    _added.Add(Copy(state));
                }
                Note(_dropBase, e["removeOld"]);
                Note(_dropAdded, e["removeNew"]);
                Note(_markDelete, e["deleteOld"]);
                Note(_markPendingReplacement, e["pendingReplacementOld"]);
                if (Slot(e["deleteNew"]) is { } deleted)
                {
                    _added[deleted]["delete"] = true;
                }
                if (Slot(e["pendingReplacementNew"]) is { } pending)
                {
                    _added[pending]["pendingReplacement"] = true;
                }
                _refreshed |= (bool?)e["isRefresh"] ?? false;
                break;
            case 2:
                End(operation);
                break;
            case 3:
                End(operation);
                _refreshed = true;
                if (state is not null)
                {
                    Swap(e, state);
                }
                else
                {
                    Note(_dropBase, e["removeOld"]);
                    Note(_dropAdded, e["removeNew"]);
                }
                break;
            case 4 when state is not null:
                Swap(e, state);
                break;
            case 5:
                _base = Copy((JsonObject)e["newSnapshot"]!);
                break;
            case 6 when e["secretsProvider"] is { } provider:
                _base["secrets_providers"] = provider.DeepClone();
                break;
            case 7:
                _base = (JsonObject)Build()["deployment"]!.DeepClone();
                _added.Clear();
                _addedAt.Clear();
                _dropAdded.Clear();
                _dropBase.Clear();
                _swapBase.Clear();
                _markDelete.Clear();
                _markPendingReplacement.Clear();
                _open.Clear();
                _extensions.Clear();
                break;
            case 8:
                _extensions[(string)e["extensionRef"]!] = e["extension"]!.DeepClone();
                break;
            case 9:
                _base["snippets"] = e["snippets"]?.DeepClone() ?? new JsonArray();
                break;
        }
    }

    private JsonObject Build()
    {
        var drop = _dropAdded.Where(_addedAt.ContainsKey).Select(o => _addedAt[o]).ToHashSet();
        var result = _added.Where((_, i) => !drop.Contains(i)).Select(Copy).ToList();
        var old = (_base["resources"] as JsonArray ?? []).Select(r => (JsonObject)r!).ToList();
        for (var i = 0; i < old.Count; i++)
        {
            if (_dropBase.Contains(i))
            {
                continue;
            }
            var resource = Copy(_swapBase.GetValueOrDefault(i, old[i]));
            if (!_swapBase.ContainsKey(i) && _markPendingReplacement.Contains(i))
            {
                resource["pendingReplacement"] = true;
            }
            if (!_swapBase.ContainsKey(i) && _markDelete.Contains(i))
            {
                resource["delete"] = true;
            }
            result.Add(resource);
        }
        var pending = _open.Select(o => o["operation"]).OfType<JsonObject>().Select(Copy).ToList();
        pending.AddRange(
            (_base["pending_operations"] as JsonArray ?? []).OfType<JsonObject>().Where(p => (string?)p["type"] == "creating").Select(Copy)
        );
        var features = result.Concat(pending.Select(p => p["resource"]).OfType<JsonObject>()).SelectMany(FeaturesOf).ToHashSet();
        if (_byteString && result.Count + pending.Count > 0)
        {
            features.UnionWith(FeatureOrder);
        }
        if (_base["snippets"] is JsonArray { Count: > 0 })
        {
            features.Add("snippets-prototype");
        }
        if (_refreshed)
        {
            DropDanglingReferences(result);
        }
        NormaliseUrns(result);

        var deployment = new JsonObject();
        Set(deployment, "secrets_providers", _base["secrets_providers"]?.DeepClone());
        Set(deployment, "resources", result.Count == 0 ? null : new JsonArray([.. result]));
        Set(deployment, "pending_operations", pending.Count == 0 ? null : new JsonArray([.. pending]));
        Set(deployment, "snippets", _base["snippets"] is JsonArray { Count: > 0 } snippets ? snippets.DeepClone() : null);
        var extensions = new JsonObject(_extensions.Select(x => KeyValuePair.Create(x.Key, x.Value?.DeepClone())));
        foreach (var (name, value) in _base["extensions"] as JsonObject ?? [])
        {
            extensions[name] = value?.DeepClone();
        }
        Set(deployment, "extensions", extensions.Count == 0 ? null : extensions);
        var envelope = new JsonObject { ["version"] = features.Count > 0 ? 4 : 3, ["deployment"] = deployment };
        Set(
            envelope,
            "features",
            features.Count == 0 ? null : new JsonArray([.. features.Order(StringComparer.Ordinal).Select(f => (JsonNode)f)])
        );
        return envelope;
    }

    private static void DropDanglingReferences(List<JsonObject> resources)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var r in resources)
        {
            foreach (var name in new[] { "dependencies", "replaceWith" })
            {
                Keep(r, name, seen);
            }
            if (r["propertyDependencies"] is JsonObject properties)
            {
                foreach (var name in properties.Select(p => p.Key).ToList())
                {
                    Keep(properties, name, seen);
                }
                if (properties.Count == 0)
                {
                    r.Remove("propertyDependencies");
                }
            }
            if (r["deletedWith"] is { } with && !seen.Contains((string)with!))
            {
                r.Remove("deletedWith");
            }
            seen.Add((string?)r["urn"] ?? "");
        }
        foreach (var r in resources.Where(r => r["parent"] is { } parent && !seen.Contains((string)parent!)))
        {
            r.Remove("parent");
        }
    }

    private static void Keep(JsonObject owner, string name, HashSet<string> seen)
    {
        if (owner[name] is not JsonArray list)
        {
            return;
        }
        var kept = list.Where(u => seen.Contains((string)u!)).Select(u => u!.DeepClone()).ToArray();
        if (kept.Length == 0)
        {
            owner.Remove(name);
        }
        else
        {
            owner[name] = new JsonArray(kept);
        }
    }

    private static void NormaliseUrns(List<JsonObject> resources)
    {
        var now = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var r in resources)
        {
            var urn = (string)r["urn"]!;
            foreach (var alias in (r["aliases"] as JsonArray ?? []).Select(a => (string)a!))
            {
                if (now.TryGetValue(alias, out var other) && other != urn)
                {
                    return; // two resources have the same alias: the state stays as it is, and is marked
                }
                now[alias] = urn;
            }
            if (r["parent"] is { } parent && now.TryGetValue((string)parent!, out var newParent))
            {
                var (p, own) = (newParent.Split("::", 4), urn.Split("::", 4));
                if (p[2] != "pulumi:pulumi:Stack")
                {
                    now[urn] = $"{own[0]}::{own[1]}::{p[2]}${own[2].Split('$')[^1]}::{own[3]}";
                }
            }
        }
        string Fix(string urn) => now.GetValueOrDefault(urn, urn);
        foreach (var r in resources)
        {
            r.Remove("aliases");
            foreach (var name in new[] { "urn", "parent", "deletedWith", "viewOf" }.Where(n => r[n] is not null))
            {
                r[name] = Fix((string)r[name]!);
            }
            if (r["provider"] is { } provider)
            {
                var end = ((string)provider!).LastIndexOf("::", StringComparison.Ordinal);
                r["provider"] = Fix(((string)provider!)[..end]) + ((string)provider!)[end..];
            }
            if (r["dependencies"] is JsonArray dependencies)
            {
                r["dependencies"] = new JsonArray([.. dependencies.Select(d => (JsonNode)Fix((string)d!))]);
            }
            if (r["propertyDependencies"] is JsonObject properties)
            {
                foreach (var (name, list) in properties.ToList())
                {
                    properties[name] = new JsonArray([.. ((JsonArray)list!).Select(d => (JsonNode)Fix((string)d!))]);
                }
            }
        }
    }

    private static IEnumerable<string> FeaturesOf(JsonObject r)
    {
        var found = new (string Name, bool Present)[]
        {
            ("refreshBeforeUpdate", (bool?)r["refreshBeforeUpdate"] ?? false),
            ("views", !string.IsNullOrEmpty((string?)r["viewOf"])),
            ("hooks", r["resourceHooks"] is JsonObject { Count: > 0 }),
            ("taint", (bool?)r["taint"] ?? false),
            ("replaceWith", r["replaceWith"] is JsonArray { Count: > 0 }),
            ("extensionParameterization", !string.IsNullOrEmpty((string?)r["extensionRef"])),
            ("snippets-prototype", !string.IsNullOrEmpty((string?)r["snippetID"])),
        };
        return found.Where(f => f.Present).Select(f => f.Name);
    }

    private void Swap(JsonObject e, JsonObject state)
    {
        if (e["removeOld"] is { } old)
        {
            _swapBase[(long)old] = Copy(state);
        }
        if (Slot(e["removeNew"]) is { } slot)
        {
            _added[slot] = Copy(state);
        }
    }

    private void End(long operation) => _open.RemoveAll(o => (long)o["operationID"]! == operation);

    private int? Slot(JsonNode? operation) => operation is not null && _addedAt.TryGetValue((long)operation, out var slot) ? slot : null;

    private static void Note(HashSet<long> set, JsonNode? value)
    {
        if (value is not null)
        {
            set.Add((long)value);
        }
    }

    private static void Set(JsonObject owner, string name, JsonNode? value)
    {
        if (value is not null)
        {
            owner[name] = value;
        }
    }

    private static JsonObject Copy(JsonObject o) => (JsonObject)o.DeepClone();
}
