namespace Cli.Config.Yaml;

/// <summary>
/// Changes in the text of a document that leave the rest of it as somebody wrote it. Each result is read again before it is returned: it has
/// to say what the old text said with just this change.
/// </summary>
internal static class YamlEdit
{
    /// <summary>Puts a value at a place. Where the value is a map or list that is there already, only what differs in it is touched.</summary>
    public static YamlText Set(YamlText document, IReadOnlyList<PathStep> path, YamlValue value, bool json = false)
    {
        PathStep[] place = [.. path];
        var wanted = document.Value.With(place, value);
        foreach (var (inner, part) in Differences(place, document.Value.Find(place), value).ToList())
        {
            document = part is null
                ? Remove(document, inner, json)
                : Checked(document, inner, document.Value.With(inner, part), json, patch => patch.Set(inner, part));
        }
        return document.Value.Equals(wanted) ? document : throw Unsafe(place);
    }

    /// <returns>The same document when there is nothing at the place.</returns>
    public static YamlText Remove(YamlText document, IReadOnlyList<PathStep> path, bool json = false)
    {
        PathStep[] place = [.. path];
        return document.Value.Find(place) is null
            ? document
            : Checked(document, place, document.Value.Without(place), json, patch => patch.Remove(place));
    }

    private static YamlText Checked(YamlText document, PathStep[] place, YamlValue wanted, bool json, Func<YamlPatch, string> edit)
    {
        foreach (var blockScalars in new[] { true, false })
        {
            var style = new YamlStyle(StepOf(document, json), document.LineBreak, json, blockScalars);
            if (Parsed(edit(new YamlPatch(document, style))) is { } changed && changed.Value.Equals(wanted))
            {
                return changed;
            }
        }
        throw Unsafe(place);
    }

    /// <returns>Null when it is not YAML any more.</returns>
    private static YamlText? Parsed(string text)
    {
        try
        {
            return YamlText.Parse(text);
        }
        catch (UserErrorException)
        {
            return null;
        }
    }

    private static UserErrorException Unsafe(PathStep[] place) => Refusal(place, "its text leaves no safe place for the change");

    public static UserErrorException Refusal(IReadOnlyList<PathStep> path, string reason) =>
        new($"'{PropertyPath.Write(path)}' cannot be changed without rewriting the file: {reason}; please edit the file by hand");

    /// <summary>What has to be set and, where the value is null, removed.</summary>
    private static IEnumerable<(PathStep[] Place, YamlValue? Value)> Differences(PathStep[] place, YamlValue? old, YamlValue value) =>
        (old, value) switch
        {
            _ when value.Equals(old) => [],
            (YamlMap before, YamlMap after) when before.Members.Any(member => after.Find(member.Key) is not null) =>
            [
                .. before
                    .Members.Where(member => after.Find(member.Key) is null)
                    .Select(member => ((PathStep[])[.. place, member.Key], (YamlValue?)null)),
                .. after.Members.SelectMany(member => Differences([.. place, member.Key], before.Find(member.Key), member.Value)),
            ],
            (YamlList { Items.Count: > 0 } before, YamlList { Items.Count: > 0 } after) =>
            [
                .. Enumerable
                    .Range(after.Items.Count, Math.Max(0, before.Items.Count - after.Items.Count))
                    .Reverse()
                    .Select(index => ((PathStep[])[.. place, index], (YamlValue?)null)),
                .. after.Items.SelectMany((item, index) => Differences([.. place, index], before.Items.ElementAtOrDefault(index), item)),
            ],
            _ => [(place, value)],
        };

    /// <summary>As the first indented map of the file is; else two, and four in JSON, as the stock CLI writes.</summary>
    private static int StepOf(YamlText document, bool json)
    {
        var maps =
            document.Root is not { } root ? []
            : json ? [root]
            : root.Entries.Select(entry => entry.Value);
        var map = maps.FirstOrDefault(map => map.Kind == NodeKind.Map && map.Entries.Count > 0 && map.IsFlow == json);
        var column = map is null ? 0 : document.Text.Column(map.Entries[0].Start);
        return column is > 0 and <= 8 ? column
            : json ? 4
            : 2;
    }
}
