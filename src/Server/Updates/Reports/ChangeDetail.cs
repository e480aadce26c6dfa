using Server.Diffs;

namespace Server.Updates.Reports;

/// <summary>What changes in one resource, out of the event that tells it.</summary>
/// <param name="Properties">What the program wants.</param>
/// <param name="Outputs">What the provider has made of it.</param>
public sealed record ChangeDetail(ValueDiff Properties, ValueDiff Outputs)
{
    public bool IsEmpty => Properties.Lines.Count == 0 && Outputs.Lines.Count == 0;

    /// <param name="json">The whole event.</param>
    public static ChangeDetail Of(ReadOnlyMemory<byte> json, DiffLimits limits)
    {
        var payload = State.Member.Of(json).Find(m => m.Value.Length > 0 && m.Value.Span[0] == '{').Value;
        var metadata = Member(payload, "metadata");
        var (old, now) = (Member(metadata, "old"), Member(metadata, "new"));
        var op = Text(metadata, "op");
        var detailed = Member(metadata, "detailedDiff");
        var properties = new ValueDiff(limits) { Replacing = Replacing(metadata, detailed) };
        var outputs = new ValueDiff(limits);
        if (op == Operation.Same)
        {
            return new(properties, outputs);
        }
        properties.Compare(Member(old, "inputs"), Member(now, "inputs"));
        foreach (var path in State.Member.Of(Object(detailed)))
        {
            var isInput = State.Member.Of(Object(path.Value)).Any(m => m.Name == "inputDiff" && m.Value.Span[0] == 't');
            properties.Note(path.Name, At(Member(old, isInput ? "inputs" : "outputs"), path.Name), At(Member(now, "inputs"), path.Name));
        }
        if (!Member(now, "outputs").IsEmpty && Has(Member(now, "outputs")))
        {
            outputs.Compare(Member(old, "outputs"), Member(now, "outputs"));
        }
        return new(properties, outputs);
    }

    private static HashSet<string> Replacing(ReadOnlyMemory<byte> metadata, ReadOnlyMemory<byte> detailed)
    {
        var paths = new HashSet<string>(StringComparer.Ordinal);
        foreach (
            var path in State
                .Member.Of(Object(detailed))
                .Where(p => Text(Object(p.Value), "diffKind").EndsWith("-replace", StringComparison.Ordinal))
        )
        {
            paths.Add(path.Name);
        }
        foreach (var key in new JsonValue(Member(metadata, "keys")).Elements().Where(k => k.IsString))
        {
            paths.Add(key.AsString());
        }
        return paths;
    }

    /// <summary>The value at <c>a.b[0]["c.d"]</c>; nothing if there is none.</summary>
    private static ReadOnlyMemory<byte> At(ReadOnlyMemory<byte> value, string path)
    {
        foreach (var step in PropertyPath.Parse(path))
        {
            value =
                int.TryParse(step, out var index) && new JsonValue(value) is { IsArray: true } array
                    ? array.Elements().ElementAtOrDefault(index).Text
                    : Member(value, step);
        }
        return value;
    }

    private static bool Has(ReadOnlyMemory<byte> value) => value.Span[0] == '{' && State.Member.HasElements(value);

    private static ReadOnlyMemory<byte> Object(ReadOnlyMemory<byte> value) => value.IsEmpty || value.Span[0] != '{' ? default : value;

    /// <summary>Null is as good as absent.</summary>
    private static ReadOnlyMemory<byte> Member(ReadOnlyMemory<byte> value, string name)
    {
        var found = State.Member.Of(Object(value)).Find(m => m.Name == name).Value;
        return found.Span.SequenceEqual("null"u8) ? default : found;
    }

    private static string Text(ReadOnlyMemory<byte> value, string name) =>
        new JsonValue(Member(value, name)) is { IsString: true } text ? text.AsString() : "";
}
