using System.Globalization;

namespace Server.Diffs;

/// <summary>
/// The difference between two JSON values, as lines: what is equal is left out, secrets are masked, texts that are JSON are looked into, texts of
/// several lines are compared by line.
/// </summary>
public sealed class ValueDiff(DiffLimits limits)
{
    private readonly List<DiffLine> _lines = [];
    private readonly HashSet<string> _paths = [];
    private int _characters;

    public IReadOnlyList<DiffLine> Lines => _lines;

    /// <summary>There is more than is shown.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Places whose change makes a resource a new one, as <c>a.b[0]["c.d"]</c>.</summary>
    public IReadOnlySet<string> Replacing { get; init; } = new HashSet<string>();

    /// <summary>Members of objects that are not looked at.</summary>
    public IReadOnlySet<string> Ignored { get; init; } = new HashSet<string>();

    /// <summary>Adds what differs between two objects, or a whole one where the other is absent.</summary>
    /// <param name="under">Where they stand; empty for nowhere.</param>
    public ValueDiff Compare(ReadOnlyMemory<byte> old, ReadOnlyMemory<byte> now, string under = "")
    {
        if (under.Length > 0)
        {
            Values(new Place(under, under, 0), new(old), new(now));
        }
        else
        {
            Members(new Place("", "", -1), new(old), new(now));
        }
        return this;
    }

    /// <summary>Adds a change that somebody else knows of, unless it is there already.</summary>
    public void Note(string path, ReadOnlyMemory<byte> old, ReadOnlyMemory<byte> now)
    {
        if (!IsCut && !_paths.Any(p => Within(p, path) || Within(path, p)))
        {
            Scalar(new(path, path, 0), new(old), new(now));
        }

        static bool Within(string inner, string outer) =>
            inner.StartsWith(outer, StringComparison.Ordinal) && (inner.Length == outer.Length || inner[outer.Length] is '.' or '[');
    }

    private void Values(Place at, JsonValue old, JsonValue now)
    {
        if (IsCut || old.IsWrittenAs(now) || at.Depth == 0 && Ignored.Contains(at.Name))
        {
            return;
        }
        if (old.IsAbsent || now.IsAbsent)
        {
            _paths.Add(at.Path);
            Whole(at, now.IsAbsent ? Mark.Removed : Mark.Added, now.IsAbsent ? old : now);
        }
        else if (old.IsSecret || now.IsSecret)
        {
            Scalar(at, old, now);
        }
        else if (old.IsObject && now.IsObject)
        {
            Under(at, "", () => Members(at, old, now));
        }
        else if (old.IsArray && now.IsArray)
        {
            Under(at, "", () => Elements(at, old.Elements(), now.Elements()));
        }
        else if (old.IsString && now.IsString)
        {
            Texts(at, old, now);
        }
        else if (old.HasChildren || now.HasChildren)
        {
            _paths.Add(at.Path);
            Whole(at, Mark.Removed, old);
            Whole(at, Mark.Added, now);
        }
        else
        {
            Scalar(at, old, now);
        }
    }

    private void Members(Place at, JsonValue old, JsonValue now)
    {
        var before = old.Members().ToDictionary(m => m.Name, m => m.Value, StringComparer.Ordinal);
        var after = now.Members().ToDictionary(m => m.Name, m => m.Value, StringComparer.Ordinal);
        foreach (var name in before.Keys.Union(after.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            Values(at.Member(name), before.GetValueOrDefault(name), after.GetValueOrDefault(name));
        }
    }

    /// <summary>What is equal at both ends stays; in between, the first is compared with the first.</summary>
    private void Elements(Place at, List<JsonValue> old, List<JsonValue> now)
    {
        var (head, most) = (0, Math.Min(old.Count, now.Count));
        while (head < most && old[head].IsWrittenAs(now[head]))
        {
            head++;
        }
        var tail = 0;
        while (tail < most - head && old[^(tail + 1)].IsWrittenAs(now[^(tail + 1)]))
        {
            tail++;
        }
        for (var i = head; i < Math.Max(old.Count, now.Count) - tail && !IsCut; i++)
        {
            Values(at.Element(i), i < old.Count - tail ? old[i] : default, i < now.Count - tail ? now[i] : default);
        }
    }

    private void Texts(Place at, JsonValue old, JsonValue now)
    {
        if (old.Inner() is { } inner && now.Inner() is { } other)
        {
            Under(at, "(JSON)", () => Values(at with { Name = "", Path = at.Path + "." }, inner, other));
            return;
        }
        var (a, b) = (old.AsString(), now.AsString());
        if (a == b)
        {
            return; // written in another way
        }
        if (!a.Contains('\n', StringComparison.Ordinal) && !b.Contains('\n', StringComparison.Ordinal))
        {
            Scalar(at, old, now);
            return;
        }
        Under(
            at,
            "",
            () =>
            {
                foreach (var (mark, line) in TextDiff.Of(a, b))
                {
                    Add(new(mark, at.Depth + 1, "", Readable.Counted(line, limits.Value)));
                }
            }
        );
    }

    private void Scalar(Place at, JsonValue old, JsonValue now)
    {
        _paths.Add(at.Path);
        Add(
            new(Mark.Changed, at.Depth, at.Name, old.IsAbsent ? "" : old.Shown(limits.Value))
            {
                Now = now.IsAbsent ? "" : now.Shown(limits.Value),
                Replaces = Replacing.Contains(at.Path),
            }
        );
    }

    /// <summary>A heading, if anything comes under it.</summary>
    private void Under(Place at, string text, Action body)
    {
        var heading = _lines.Count;
        if (at.Name.Length > 0)
        {
            Add(new(Mark.Changed, at.Depth, at.Name, text) { Replaces = Replacing.Contains(at.Path) });
        }
        body();
        if (_lines.Count == heading + 1 && at.Name.Length > 0 && !IsCut)
        {
            _lines.RemoveAt(heading);
            return;
        }
        _paths.Add(at.Path);
    }

    private void Whole(Place at, Mark mark, JsonValue value)
    {
        if (IsCut)
        {
            return;
        }
        var children = value.IsSecret ? [] : Children(at, value).ToList();
        if (children.Count > 0)
        {
            Add(new(mark, at.Depth, at.Name, "") { Replaces = Replacing.Contains(at.Path) });
            children.ForEach(c => Whole(c.At, mark, c.Value));
            return;
        }
        if (value.IsString && value.AsString() is var text && text.Contains('\n', StringComparison.Ordinal))
        {
            Add(new(mark, at.Depth, at.Name, ""));
            foreach (var line in TextDiff.Lines(text))
            {
                Add(new(mark, at.Depth + 1, "", Readable.Counted(line, limits.Value)));
            }
            return;
        }
        Add(new(mark, at.Depth, at.Name, value.Shown(limits.Value)) { Replaces = Replacing.Contains(at.Path) });
    }

    private static IEnumerable<(Place At, JsonValue Value)> Children(Place at, JsonValue value) =>
        value.IsArray
            ? value.Elements().Select((e, i) => (at.Element(i), e))
            : value.Members().OrderBy(m => m.Name, StringComparer.Ordinal).Select(m => (at.Member(m.Name), m.Value));

    private void Add(DiffLine line)
    {
        if (IsCut || _lines.Count == limits.Lines || _characters > limits.Characters)
        {
            IsCut = true;
            return;
        }
        line = line with { Name = Readable.Short(line.Name, 120) };
        _characters += line.Name.Length + line.Text.Length + (line.Now?.Length ?? 0);
        _lines.Add(line);
    }

    /// <summary>Where in a value one is.</summary>
    private sealed record Place(string Name, string Path, int Depth)
    {
        public Place Member(string name) => new(name, Join(name), Depth + 1);

        public Place Element(int index)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"[{index}]");
            return new(name, Path + name, Depth + 1);
        }

        private string Join(string name) =>
            name.AsSpan().ContainsAny(".[]\"") ? $"{Path}[\"{name}\"]"
            : Path.Length == 0 ? name
            : $"{Path}.{name}";
    }
}
