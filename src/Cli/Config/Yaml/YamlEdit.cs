namespace Cli.Config.Yaml;

/// <summary>
/// Changes in the text of a document that leave the rest of it as somebody wrote it. Each result is read again before it is returned: it has
/// to say what the old text said with just this change.
/// </summary>
internal static class YamlEdit
{
    /// <summary>Puts a value at a place. Where the value is a map or list that is there already, only what differs in it is touched.</summary>
    public static string Set(string text, IReadOnlyList<PathStep> path, YamlValue value, bool json = false)
    {
        var document = YamlText.Parse(text);
        var wanted = document.Value.With([.. path], value);
        foreach (var (place, part) in Differences([.. path], document.Value.Find([.. path]), value))
        {
            text = part is null
                ? Remove(text, place, json)
                : Checked(text, place, document => document.Value.With(place, part), json, patch => patch.Set(place, part));
        }
        return Finished(text, wanted, path);
    }

    /// <returns>The same text when there is nothing at the place.</returns>
    public static string Remove(string text, IReadOnlyList<PathStep> path, bool json = false)
    {
        PathStep[] place = [.. path];
        return YamlText.Parse(text).Value.Find(place) is null
            ? text
            : Checked(text, place, document => document.Value.Without(place), json, patch => patch.Remove(place));
    }

    private static string Checked(string text, PathStep[] place, Func<YamlText, YamlValue> wanted, bool json, Func<YamlPatch, string> edit)
    {
        var document = YamlText.Parse(text);
        var expected = wanted(document);
        foreach (var blockScalars in new[] { true, false })
        {
            var changed = edit(new YamlPatch(document, new YamlStyle(StepOf(document, json), document.LineBreak, json, blockScalars)));
            if (Says(changed, expected))
            {
                return changed;
            }
        }
        throw Refusal(place, "its text leaves no safe place for the change");
    }

    private static string Finished(string text, YamlValue wanted, IReadOnlyList<PathStep> path) =>
        Says(text, wanted) ? text : throw Refusal(path, "its text leaves no safe place for the change");

    private static bool Says(string text, YamlValue value)
    {
        try
        {
            return YamlText.Parse(text).Value.Equals(value);
        }
        catch (UserErrorException)
        {
            return false;
        }
    }

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
