using System.Text.Json.Nodes;

namespace Server.Tests.State;

/// <summary>
/// A run of an engine, made of a tape of choices: a base, and the journal that the client would send. As in the engine, nothing is begun after a step
/// has failed, and what is left of the old state is deleted at the end, dependents first. The run may stop dead anywhere.
/// </summary>
internal sealed class EngineModel
{
    private readonly Tape _tape;
    private readonly List<JsonObject> _entries = [];
    private readonly List<(JsonObject Resource, long Operation)> _written = [];
    private readonly HashSet<string> _dropped = new(StringComparer.Ordinal); // URNs that the program has no more
    private readonly List<(JsonObject Resource, int Index)> _toDelete = [];
    private List<JsonObject> _old = [];
    private long _operation;
    private int _made;
    private bool _stopped;

    public EngineModel(Tape tape)
    {
        _tape = tape;
        for (var count = _tape.Next(8); count > 0; count--)
        {
            _old.Add(NewResource(_old));
        }
        var manifest = JsonNode.Parse("""{"time":"","magic":"","version":""}""");
        var resources = new JsonArray([.. _old.Select(r => r.DeepClone())]);
        Base = new()
        {
            ["version"] = 3,
            ["deployment"] = new JsonObject { ["manifest"] = manifest, ["resources"] = resources },
        };
    }

    public JsonObject Base { get; }

    public List<JsonObject> Run()
    {
        Add(6, 0, ("secretsProvider", JsonNode.Parse("""{"type":"service","state":{"url":"u"}}""")!));
        if (_tape.Rarely(4))
        {
            Refresh();
        }
        for (var i = 0; i < _old.Count && !_stopped; i++)
        {
            Step(_old[i], i);
        }
        for (var more = _tape.Next(4); more > 0 && !_stopped; more--)
        {
            Perform(_tape.Rarely(3) ? "importing" : "creating", NewResource([.. _written.Select(w => w.Resource)]));
        }
        foreach (var (resource, index) in _toDelete.AsEnumerable().Reverse().TakeWhile(_ => !_stopped))
        {
            Perform("deleting", null, ("removeOld", index), resource);
        }
        var kept = _tape.Rarely(5) ? _tape.Next(_entries.Count + 1) : _entries.Count;
        return _entries[..kept];
    }

    /// <summary>As they reach the server: in batches, a little out of order, some twice.</summary>
    public static List<string> Arrive(List<JsonObject> entries, Tape tape)
    {
        var texts = entries.ConvertAll(e => e.ToJsonString());
        for (var i = 1; i < texts.Count; i++)
        {
            var other = Math.Max(0, i - tape.Next(4));
            (texts[i], texts[other]) = (texts[other], texts[i]);
        }
        var batches = new List<string>();
        for (var i = 0; i < texts.Count; )
        {
            var batch = texts.Skip(i).Take(1 + tape.Next(5)).ToList();
            batches.Add($"{{\"entries\":[{string.Join(',', batch)}]}}");
            batches.AddRange(tape.Rarely(5) ? [batches[^1]] : []);
            i += batch.Count;
        }
        return batches;
    }

    /// <summary>Before a run with --refresh. Afterwards indices refer to what is left.</summary>
    private void Refresh()
    {
        var gone = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < _old.Count; i++)
        {
            Add(0, ++_operation);
            if (_tape.Rarely(4))
            {
                gone.Add(UrnOf(_old[i]));
                Add(3, _operation, ("removeOld", i), ("isRefresh", true));
            }
            else
            {
                _old[i] = Changed(_old[i]);
                Add(3, _operation, ("removeOld", i), ("state", _old[i].DeepClone()), ("isRefresh", true));
            }
        }
        Add(7, 0);
        _old = _old.Where(r => !gone.Contains(UrnOf(r))).Select(r => Without(gone, r)).ToList();
    }

    private void Step(JsonObject resource, int index)
    {
        var now = Without(_dropped, resource);
        switch (_tape.Next(8))
        {
            case 0 or 1:
                Perform(null, now, ("removeOld", index));
                break;
            case 2:
                Perform("updating", Changed(now), ("removeOld", index));
                break;
            case 3 when Perform("creating", Changed(now), ("deleteOld", index)):
                _toDelete.Add((resource, index));
                break;
            case 4 when Perform("deleting", null, ("pendingReplacementOld", index), resource):
                Perform("creating", Changed(now), ("removeOld", index));
                break;
            case 5:
                Perform("reading", now, ("removeOld", index));
                break;
            case 6: // a refresh that is a step of the run
                Perform(null, Changed(now), ("removeOld", index), isRefresh: true);
                break;
            case 7:
                _dropped.Add(UrnOf(resource));
                _toDelete.Add((resource, index));
                break;
        }
        RegisterOutputs();
    }

    private void RegisterOutputs()
    {
        if (!_stopped && _written.Count > 0 && _tape.Rarely(3))
        {
            var (resource, operation) = _written[_tape.Next(_written.Count)];
            resource["outputs"] = new JsonObject { ["o"] = ++_made };
            Add(4, ++_operation, ("removeNew", operation), ("state", resource.DeepClone()));
        }
    }

    /// <returns>False if it failed, or never came to its end.</returns>
    private bool Perform(
        string? type,
        JsonObject? state,
        (string Name, JsonNode? Value) old = default,
        JsonObject? subject = null,
        bool isRefresh = false
    )
    {
        var operation = ++_operation;
        var begun = new JsonObject { ["resource"] = (state ?? subject!).DeepClone(), ["type"] = type };
        Add(0, operation, ("operation", type is null ? null : begun));
        var end = type is null ? 1 : _tape.Next(20);
        _stopped = end is 2 or 3;
        if (end != 3)
        {
            Add(end == 2 ? 2 : 1, operation, old, ("state", state?.DeepClone()), ("isRefresh", isRefresh ? true : null));
        }
        if (state is not null && !_stopped)
        {
            _written.Add((state, operation));
        }
        return !_stopped;
    }

    private void Add(int kind, long operation, params (string Name, JsonNode? Value)[] members)
    {
        var entry = (JsonObject)JsonNode.Parse("""{"version":1,"removeOld":null,"removeNew":null}""")!;
        entry["kind"] = kind;
        entry["sequenceID"] = _entries.Count + 1;
        entry["operationID"] = operation;
        foreach (var (name, value) in members.Where(m => m.Value is not null))
        {
            entry[name] = value;
        }
        _entries.Add(entry);
    }

    private JsonObject NewResource(List<JsonObject> before)
    {
        var resource = (JsonObject)JsonNode.Parse(FoldScenario.Resource($"r{_made++}"))!;
        if (before.Count > 0 && _tape.Rarely(2))
        {
            var urn = UrnOf(before[_tape.Next(before.Count)]);
            resource[_tape.Rarely(3) ? "deletedWith" : "parent"] = urn;
            resource["dependencies"] = new JsonArray(urn);
            resource["propertyDependencies"] = new JsonObject { ["p"] = new JsonArray(urn) };
        }
        if (_tape.Rarely(9))
        {
            resource["taint"] = true;
        }
        return resource;
    }

    private JsonObject Changed(JsonObject resource)
    {
        var changed = (JsonObject)resource.DeepClone();
        changed["inputs"] = new JsonObject { ["i"] = ++_made };
        return changed;
    }

    private static JsonObject Without(HashSet<string> gone, JsonObject resource)
    {
        var result = (JsonObject)resource.DeepClone();
        foreach (var name in new[] { "parent", "deletedWith" }.Where(n => gone.Contains((string?)resource[n] ?? "")))
        {
            result.Remove(name);
        }
        if (gone.Contains((string?)resource["dependencies"]?[0] ?? ""))
        {
            result.Remove("dependencies");
            result.Remove("propertyDependencies");
        }
        return result;
    }

    private static string UrnOf(JsonObject resource) => (string)resource["urn"]!;
}
