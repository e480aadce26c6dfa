using System.Text.RegularExpressions;
using YamlDotNet.Core;

namespace Cli.Config.Yaml;

/// <summary>From what is written to what it says, by the rules of the stock CLI's parser.</summary>
internal static partial class YamlReading
{
    private const string MergeKey = "<<";

    public static YamlValue ValueOf(YamlNode node) =>
        node.Kind switch
        {
            NodeKind.Alias => ValueOf(node.Target!),
            NodeKind.List => new YamlList([.. node.Entries.Select(entry => ValueOf(entry.Value))]),
            NodeKind.Map => MapOf(node),
            _ => ScalarOf(node),
        };

    /// <summary>Members of its own come first; those that are merged in fill what is missing.</summary>
    private static YamlMap MapOf(YamlNode node)
    {
        var members = new List<KeyValuePair<string, YamlValue>>();
        var merged = new List<YamlMap>();
        foreach (var entry in node.Entries)
        {
            var value = ValueOf(entry.Value);
            if (IsMerge(entry))
            {
                merged.AddRange(
                    value is YamlList list ? list.Items.OfType<YamlMap>()
                    : value is YamlMap map ? [map]
                    : []
                );
            }
            else
            {
                members.Add(new(entry.Key!.Text, value));
            }
        }
        foreach (var member in merged.SelectMany(map => map.Members))
        {
            if (!members.Exists(own => own.Key == member.Key))
            {
                members.Add(member);
            }
        }
        return new(members);
    }

    public static bool IsMerge(YamlEntry entry) => entry.Key is { Text: MergeKey, Style: ScalarStyle.Plain };

    private static YamlScalar ScalarOf(YamlNode node) =>
        node.Tag switch
        {
            "tag:yaml.org,2002:int" => new(node.Text, ScalarKind.Integer),
            "tag:yaml.org,2002:float" => new(node.Text, ScalarKind.Float),
            "tag:yaml.org,2002:bool" => new(node.Text, ScalarKind.Boolean),
            "tag:yaml.org,2002:null" => YamlValue.Null,
            null when node.Style == ScalarStyle.Plain => new(node.Text, KindOf(node.Text)),
            _ => YamlValue.Of(node.Text),
        };

    /// <summary>What a word without quotes is.</summary>
    public static ScalarKind KindOf(string word) =>
        word switch
        {
            "" or "~" or "null" or "Null" or "NULL" => ScalarKind.Null,
            "true" or "True" or "TRUE" or "false" or "False" or "FALSE" => ScalarKind.Boolean,
            _ when Integer().IsMatch(word) => ScalarKind.Integer,
            _ when Float().IsMatch(word) => ScalarKind.Float,
            _ => ScalarKind.String,
        };

    /// <summary>Whether a word without quotes is a string to every reader: to those of older versions of YAML, too.</summary>
    public static bool IsAlwaysString(string word) =>
        KindOf(word) == ScalarKind.String && !OldWords.Contains(word) && !OldNumberOrDate().IsMatch(word);

    private static readonly HashSet<string> OldWords = new(StringComparer.OrdinalIgnoreCase)
    {
        "y",
        "n",
        "yes",
        "no",
        "on",
        "off",
        "true",
        "false",
        "null",
        "=",
        MergeKey,
    };

    private const RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    [GeneratedRegex("^[-+]?(0b[01_]+|0o?[0-7_]+|0x[0-9a-fA-F_]+|0|[1-9][0-9_]*)$", Options, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Integer();

    [GeneratedRegex(
        @"^([-+]?(\.[0-9]+|[0-9][0-9_]*(\.[0-9_]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))$",
        Options,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Float();

    [GeneratedRegex(
        @"^([-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ].*)?)$",
        Options,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex OldNumberOrDate();
}
