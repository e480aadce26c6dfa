using System.Globalization;
using System.Text;
using Cli.Config;
using Cli.Config.Yaml;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Cli.Tests.Config;

/// <summary>
/// Random documents, random changes. What the changed text says is read by the library's own document model, not by what made the change;
/// and the rest of the text is the same, byte for byte.
/// </summary>
public sealed class YamlFuzzTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void A_change_says_exactly_what_was_asked_for_and_leaves_the_rest_of_the_text(int seed)
    {
        var (random, refused, added, removed, replaced) = (new Random(seed), 0, 0, 0, 0);
        for (var round = 0; round < 3000; round++)
        {
            var text = new RandomYaml(random).Document();
            var before = Read(text);
            var path = RandomPath(random, before);
            var isRemoval = random.Next(3) == 0;
            var value = RandomValue(random, 2);
            string after;
            try
            {
                after = isRemoval ? YamlEdit.Remove(YamlText.Parse(text), path).Text : YamlEdit.Set(YamlText.Parse(text), path, value).Text;
            }
            catch (UserErrorException refusal)
            {
                refused++;
                refusal.Message.ShouldNotBeEmpty();
                continue;
            }
            var story =
                $"seed {seed}, round {round}: {(isRemoval ? "remove" : "set")} {PropertyPath.Write(path)}\n---\n{text}\n---\n{after}\n---";
            var old = before.Find([.. path]);
            Read(after).ShouldBe(isRemoval ? before.Without([.. path]) : before.With([.. path], value), story);
            var siblings = path.Length == 1 ? before : before.Find([.. path.SkipLast(1)]);
            if (isRemoval && old is not null && Count(siblings) > 1)
            {
                removed++;
                IsInsertion(after, text).ShouldBeTrue(story);
            }
            else if (!isRemoval && old is null && Count(siblings) > 0)
            {
                added++;
                IsInsertion(text, after).ShouldBeTrue(story);
            }
            if (old is null or YamlScalar)
            {
                replaced++;
                Comments(after).ShouldBe(Comments(text), story);
            }
        }
        refused.ShouldBeLessThan(30);
        Math.Min(added, Math.Min(removed, replaced)).ShouldBeGreaterThan(50);
    }

    private static int Count(YamlValue? value) =>
        value is YamlMap map ? map.Members.Count
        : value is YamlList list ? list.Items.Count
        : 0;

    /// <summary>Whether the longer text is the shorter one with one piece more.</summary>
    private static bool IsInsertion(string shorter, string longer)
    {
        var start = shorter.AsSpan().CommonPrefixLength(longer);
        return longer.Length >= shorter.Length && longer.AsSpan()[^(shorter.Length - start)..].SequenceEqual(shorter.AsSpan(start));
    }

    // The generator numbers the comments that stand outside of values, and begins lines of their own with #.
    private static string Comments(string text) =>
        string.Join('\n', text.Split('\n').Select(line => line.Trim()).Where(line => line.StartsWith("#own", StringComparison.Ordinal)));

    private static PathStep[] RandomPath(Random random, YamlValue value)
    {
        var path = new List<PathStep>();
        while (true)
        {
            switch (value)
            {
                case YamlMap map when map.Members.Count > 0 && random.Next(5) > 0:
                    var member = map.Members[random.Next(map.Members.Count)];
                    path.Add(member.Key);
                    value = member.Value;
                    break;
                case YamlList list when list.Items.Count > 0 && random.Next(5) > 0:
                    var index = random.Next(list.Items.Count);
                    path.Add(index);
                    value = list.Items[index];
                    break;
                case YamlMap:
                    path.Add("new" + random.Next(3));
                    return [.. path];
                case YamlList list:
                    path.Add(list.Items.Count);
                    return [.. path];
                default:
                    return [.. path];
            }
            if (random.Next(4) == 0)
            {
                return [.. path];
            }
        }
    }

    internal static YamlValue RandomValue(Random random, int depth) =>
        random.Next(depth > 0 ? 9 : 6) switch
        {
            0 => new YamlScalar(random.Next(100).ToString(CultureInfo.InvariantCulture), ScalarKind.Integer),
            1 => new YamlScalar("true", ScalarKind.Boolean),
            2 => YamlValue.Null,
            < 6 => YamlValue.Of(Strings[random.Next(Strings.Length)]),
            6 => new YamlList([.. Enumerable.Range(0, random.Next(3)).Select(_ => RandomValue(random, depth - 1))]),
            _ => new YamlMap([
                .. Enumerable.Range(0, random.Next(3)).Select(i => KeyValuePair.Create("v" + i, RandomValue(random, depth - 1))),
            ]),
        };

    private static readonly string[] Strings =
    [
        "plain",
        "",
        "3",
        "true",
        "a: b",
        "x #y",
        "'q'",
        "\"dq\"",
        "two\nlines",
        "two\nlines\n",
        "end\n\n",
        " lead",
        "trail ",
        "- dash",
        "[b]",
        "{c}",
        "é😀",
        "tab\t",
        "c\r\nd",
        "\n",
        "&a",
        "*b",
        "key:",
        "~",
        "%p",
        "0x1f",
        "1_000",
        "#",
    ];

    private static YamlValue Read(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return stream.Documents.Count == 0 || ValueOf(stream.Documents[0].RootNode) is not (YamlMap or YamlList)
            ? YamlMap.Empty
            : ValueOf(stream.Documents[0].RootNode);
    }

    private static YamlValue ValueOf(YamlDotNet.RepresentationModel.YamlNode node) =>
        node switch
        {
            YamlMappingNode map => new YamlMap([
                .. map.Children.Select(child => KeyValuePair.Create(((YamlScalarNode)child.Key).Value!, ValueOf(child.Value))),
            ]),
            YamlSequenceNode list => new YamlList([.. list.Children.Select(ValueOf)]),
            YamlScalarNode { Style: ScalarStyle.Plain } plain => new YamlScalar(plain.Value!, YamlReading.KindOf(plain.Value!)),
            YamlScalarNode quoted => YamlValue.Of(quoted.Value!),
            _ => throw new InvalidOperationException(),
        };

    /// <summary>Documents in every style, with comments and blank lines where they may be.</summary>
    private sealed class RandomYaml(Random random)
    {
        private readonly StringBuilder text = new();
        private readonly string lineBreak = random.Next(3) == 0 ? "\r\n" : "\n";
        private readonly int step = random.Next(2) == 0 ? 2 : 4;
        private int names;

        public string Document()
        {
            Between(0);
            if (random.Next(8) == 0)
            {
                text.Append("---").Append(lineBreak);
            }
            Members(0, 3, 1 + random.Next(4), first: "");
            var whole = text.ToString();
            return random.Next(4) == 0 && !whole.Contains('|') && !whole.Contains('>') ? whole.TrimEnd() : whole;
        }

        private void Members(int column, int depth, int count, string first)
        {
            for (var i = 0; i < count; i++)
            {
                if (i > 0 || first.Length == 0)
                {
                    Between(column);
                    text.Append(' ', column);
                }
                text.Append(Key()).Append(':');
                Value(column, depth);
            }
        }

        private string Key() =>
            random.Next(6) switch
            {
                0 => $"\"k{names++}\"",
                1 => $"'k{names++}'",
                2 => $"ns:k{names++}",
                _ => $"k{names++}",
            };

        private void Value(int column, int depth)
        {
            switch (random.Next(depth > 0 ? 12 : 8))
            {
                case 0:
                    EndLine();
                    return;
                case 1:
                    text.Append(" |").Append(new[] { "", "-", "+" }[random.Next(3)]);
                    EndLine();
                    Lines(column);
                    return;
                case 2:
                    text.Append(" >-");
                    EndLine();
                    Lines(column);
                    return;
                case 3:
                    text.Append(" plain text").Append(lineBreak).Append(' ', column + step).Append("goes on");
                    EndLine();
                    return;
                case 4:
                    text.Append(' ').Append(Flow(2));
                    EndLine();
                    return;
                case < 8:
                    text.Append(' ').Append(Scalar());
                    EndLine();
                    return;
                case 8 or 9:
                    EndLine();
                    Members(column + step, depth - 1, 1 + random.Next(3), first: "");
                    return;
                default:
                    EndLine();
                    Items(random.Next(2) == 0 ? column : column + step, depth - 1);
                    return;
            }
        }

        private void Items(int column, int depth)
        {
            var count = 1 + random.Next(3);
            for (var i = 0; i < count; i++)
            {
                Between(column);
                text.Append(' ', column).Append('-');
                if (depth > 0 && random.Next(3) == 0)
                {
                    text.Append(' ');
                    Members(column + 2, depth - 1, 1 + random.Next(3), first: "-");
                }
                else
                {
                    text.Append(' ').Append(random.Next(5) == 0 ? Flow(1) : Scalar());
                    EndLine();
                }
            }
        }

        private void Lines(int column)
        {
            for (var i = random.Next(3); i >= 0; i--)
            {
                text.Append(' ', column + step).Append(random.Next(4) == 0 ? "# not a comment" : "line " + i).Append(lineBreak);
                if (i > 0 && random.Next(3) == 0)
                {
                    text.Append(lineBreak);
                }
            }
        }

        private string Scalar() =>
            new[] { "plain", "'single'", "\"dou\\\"ble\"", "3", "true", "1.5", "~", "it is", "v1:a/b=:c", "é😀", "a#b" }[random.Next(11)];

        private string Flow(int depth) =>
            random.Next(depth > 0 ? 4 : 2) switch
            {
                0 or 1 when depth < 2 => Scalar().Replace("v1:a/b=:c", "x", StringComparison.Ordinal),
                2 => "[" + string.Join(", ", Enumerable.Range(0, random.Next(3)).Select(_ => Flow(depth - 1))) + "]",
                _ => "{" + string.Join(", ", Enumerable.Range(0, random.Next(3)).Select(_ => $"f{names++}: {Flow(depth - 1)}")) + "}",
            };

        private void EndLine() =>
            text.Append(
                    random.Next(5) switch
                    {
                        0 => " # about it",
                        1 => " ",
                        _ => "",
                    }
                )
                .Append(lineBreak);

        private void Between(int column)
        {
            if (random.Next(6) == 0)
            {
                text.Append(lineBreak);
            }
            if (random.Next(6) == 0)
            {
                text.Append(' ', column).Append("#own" + names++).Append(lineBreak);
            }
        }
    }
}
