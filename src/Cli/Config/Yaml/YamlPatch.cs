using YamlDotNet.Core;

namespace Cli.Config.Yaml;

/// <summary>One change in a document's text.</summary>
internal sealed class YamlPatch(YamlText document, YamlStyle style)
{
    private readonly string text = document.Text;

    public string Set(PathStep[] path, YamlValue value)
    {
        if (document.Root is not { } root || root.IsEmpty)
        {
            return FillEmpty(Wrapped(path, value));
        }
        var (slot, node) = (default(YamlEntry), root);
        YamlNode? parent = null;
        for (var depth = 0; depth < path.Length; depth++)
        {
            if (YamlReading.ValueOf(node) is YamlScalar { Kind: ScalarKind.Null })
            {
                return Replace(parent, slot, node, Wrapped(path.AsSpan(depth), value));
            }
            Refuse(node, path);
            var next = Find(node, path[depth]);
            if (next is null)
            {
                return Add(parent, slot, node, path[depth], Wrapped(path.AsSpan(depth + 1), value));
            }
            (parent, slot, node) = (node, next, next.Value);
        }
        RefuseLoss(node, path);
        return Replace(parent, slot, node, value);
    }

    public string Remove(PathStep[] path)
    {
        var (slot, node) = (default(YamlEntry), document.Root!);
        YamlNode? outer = null;
        YamlEntry? outerSlot = null;
        YamlNode? parent = null;
        foreach (var step in path)
        {
            Refuse(node, path);
            (outer, outerSlot) = (parent, slot);
            (parent, slot) = (node, Find(node, step) ?? throw YamlEdit.Refusal(path, "it comes from a map that is merged in"));
            node = slot.Value;
        }
        RefuseLoss(node, path);
        if (parent!.Entries.Count > 1)
        {
            return YamlRemoval.Remove(text, parent, slot!);
        }
        var rest = YamlRemoval.RemoveLines(text, slot!);
        if (outerSlot is null && !parent.IsFlow)
        {
            return rest;
        }
        YamlValue empty = parent.Kind == NodeKind.Map ? YamlMap.Empty : new YamlList([]);
        return parent.IsBlockCollection && !parent.HasProperties && text.HasBreak(outerSlot!.After, parent.Start)
            ? rest.Insert(outerSlot.After, " " + YamlWriting.Flow(empty, style, 0))
            : Replace(outer, outerSlot, parent, empty);
    }

    private static YamlValue Wrapped(ReadOnlySpan<PathStep> path, YamlValue value) => YamlValue.Null.With(path, value);

    private static YamlEntry? Find(YamlNode node, PathStep step) =>
        step.Name is { } name
            ? node.Entries.Find(entry => entry.Key!.Text.Equals(name, StringComparison.Ordinal))
            : node.Entries.ElementAtOrDefault(step.Index);

    private void Refuse(YamlNode node, PathStep[] path)
    {
        if (node.Kind == NodeKind.Alias)
        {
            throw YamlEdit.Refusal(path, $"it is part of '*{node.Text}', which stands for what '&{node.Text}' says elsewhere");
        }
        if (node.Anchor is not null && Aliases().Any(alias => alias.Target == node))
        {
            throw YamlEdit.Refusal(path, $"other places of the file say the same by '*{node.Anchor}'");
        }
    }

    /// <summary>What goes away must not be what an alias elsewhere stands for.</summary>
    private void RefuseLoss(YamlNode node, PathStep[] path)
    {
        var inside = node.Tree.ToHashSet();
        if (Aliases().FirstOrDefault(alias => inside.Contains(alias.Target!) && !inside.Contains(alias)) is { } alias)
        {
            throw YamlEdit.Refusal(path, $"'*{alias.Text}' elsewhere in the file stands for it");
        }
    }

    private IEnumerable<YamlNode> Aliases() => document.Root!.Tree.Where(node => node.Kind == NodeKind.Alias);

    private string FillEmpty(YamlValue value)
    {
        var start = document.Root?.Start ?? document.End;
        var before = text[..Math.Min(start, document.End)];
        var after = text[before.Length..];
        if (style.Json)
        {
            return before + YamlWriting.Flow(value, style, 0) + style.LineBreak + after;
        }
        var separator = before.Length == 0 || before[^1] is '\n' or '\r' ? "" : style.LineBreak;
        var end = text.Length == 0 || after.Length > 0 || separator.Length == 0 ? style.LineBreak : "";
        return before + separator + YamlWriting.Block(value, -style.Step, style).Body[style.LineBreak.Length..] + end + after;
    }

    private string Add(YamlNode? parent, YamlEntry? slot, YamlNode node, PathStep step, YamlValue value)
    {
        if (node.Entries.Count == 0 && !style.Json && parent?.IsFlow != true)
        {
            return Replace(parent, slot, node, YamlValue.Null.With([step], value));
        }
        if (node.IsFlow)
        {
            return YamlFlow.Add(text, node, step, value, style);
        }
        var column = text.Column(node.Entries[0].Start);
        var end = EndWithComments(text.LineEnd(node.End), column, isRoot: parent is null);
        var entry = step.Name is { } name ? YamlWriting.Member(name, value, column, style) : YamlWriting.Item(value, column, style);
        return text.Insert(end, style.LineBreak + new string(' ', column) + entry);
    }

    /// <summary>Comments below that are indented like the entries belong to the collection.</summary>
    private int EndWithComments(int end, int column, bool isRoot)
    {
        if (column == 0 && !isRoot)
        {
            return end;
        }
        for (var line = text.NextLine(end); line < text.Length; line = text.NextLine(line))
        {
            var lineEnd = text.LineEnd(line);
            var content = text.AsSpan(line, lineEnd - line).TrimStart(" \t");
            if (content is ['#', ..] && lineEnd - line - content.Length >= column)
            {
                end = lineEnd;
            }
            else if (!content.IsEmpty)
            {
                break;
            }
        }
        return end;
    }

    private string Replace(YamlNode? parent, YamlEntry? slot, YamlNode node, YamlValue value)
    {
        var preferred = node.Kind == NodeKind.Scalar ? node.Style : ScalarStyle.Any;
        if (parent is null)
        {
            var whole =
                style.Json || value is YamlScalar or YamlMap { Members.Count: 0 } or YamlList { Items.Count: 0 }
                    ? YamlWriting.Flow(value, style, 0)
                    : YamlWriting.Block(value, -style.Step, style).Body[style.LineBreak.Length..];
            return text[..node.Start] + whole + text[node.End..];
        }
        return parent.IsFlow
            ? YamlFlow.Replace(text, slot!, value, style, preferred)
            : YamlBlock.Replace(document, slot!, YamlWriting.Block(value, text.Column(slot!.Start), style, preferred));
    }
}
