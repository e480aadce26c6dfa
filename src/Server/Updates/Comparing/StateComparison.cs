using System.Text;
using Server.Diffs;
using Server.State;

namespace Server.Updates.Comparing;

/// <summary>A resource that two states do not have alike.</summary>
/// <param name="Op">create, delete or update.</param>
public sealed record StateChange(string Urn, string Type, string Op, ValueDiff Diff);

/// <summary>
/// What differs between two states: those resources that one has and the other has not, and those that both have in another way. Each text is in
/// memory once; what is shown is read out of it.
/// </summary>
public sealed class StateComparison
{
    /// <summary>What says nothing of the resource itself.</summary>
    private static readonly HashSet<string> Ignored = ["urn", "type", "created", "modified", "sourcePosition", "stackTrace"];

    private static readonly DiffLimits First = new(1, 10, 10);

    private readonly Dictionary<string, ReadOnlyMemory<byte>> _old = new(StringComparer.Ordinal);
    private readonly List<(string Key, ReadOnlyMemory<byte> Old, ReadOnlyMemory<byte> Now)> _changes = [];

    public int Added { get; private set; }
    public int Removed { get; private set; }
    public int Changed { get; private set; }
    public int Same { get; private set; }
    public int Total => Added + Removed + Changed;

    public IReadOnlyList<StateChange> Shown { get; private set; } = [];

    /// <param name="skip">How many of the changes are not shown; <paramref name="count"/> are, after that.</param>
    public static async Task<StateComparison> Of(ReadOnlyMemory<byte> old, ReadOnlyMemory<byte> now, int skip, int count)
    {
        var texts = await Task.WhenAll(Task.Run(() => Read(old)), Task.Run(() => Read(now)));
        var comparison = new StateComparison();
        foreach (var (key, text) in texts[0])
        {
            comparison._old[key] = text;
        }
        foreach (var (key, text) in texts[1])
        {
            comparison.Meet(key, text);
        }
        foreach (var (key, text) in comparison._old)
        {
            comparison.Removed++;
            comparison._changes.Add((key, text, default));
        }
        comparison._old.Clear();
        comparison.Shown = [.. comparison._changes.Skip(skip).Take(count).Select(Show)];
        comparison._changes.Clear();
        return comparison;
    }

    private static List<(string Key, ReadOnlyMemory<byte> Text)> Read(ReadOnlyMemory<byte> text)
    {
        var resources = new List<(string, ReadOnlyMemory<byte>)>();
        var reader = new DeploymentReader(
            bare: false,
            textStays: true,
            (_, resource) => resources.Add((Encoding.UTF8.GetString(resource.Urn) + (resource.Facts.Delete ? "\n" : ""), resource.Text))
        );
        reader.Read(text, isLast: true);
        return resources;
    }

    private void Meet(string key, ReadOnlyMemory<byte> now)
    {
        if (!_old.Remove(key, out var old))
        {
            Added++;
            _changes.Add((key, default, now));
        }
        else if (old.Span.SequenceEqual(now.Span) || Diff(old, now, First).Lines.Count == 0)
        {
            Same++;
        }
        else
        {
            Changed++;
            _changes.Add((key, old, now));
        }
    }

    private static ValueDiff Diff(ReadOnlyMemory<byte> old, ReadOnlyMemory<byte> now, DiffLimits limits) =>
        new ValueDiff(limits) { Ignored = Ignored }.Compare(old, now);

    private static StateChange Show((string Key, ReadOnlyMemory<byte> Old, ReadOnlyMemory<byte> Now) change)
    {
        var (old, now) = (change.Old, change.Now);
        var type = Resource.Parse(now.IsEmpty ? old : now) is var resource ? Encoding.UTF8.GetString(resource.Of(resource.Facts.Type)) : "";
        var op =
            old.IsEmpty ? "create"
            : now.IsEmpty ? "delete"
            : "update";
        return new(change.Key.TrimEnd('\n'), type, op, Diff(old, now, DiffLimits.Short));
    }
}
