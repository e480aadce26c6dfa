using Cli.Config;
using Cli.Config.Yaml;

namespace Cli.Tests.Config;

/// <summary>Whole texts before and after: what was not asked for stays as it is.</summary>
public sealed class YamlEditTests
{
    private const string Commented = """
        # The stack of the team.
        encryptionsalt: v1:abc   # made by hand

        config:
          # The size, in nodes.
          web:size: "3"  # not more
          web:name:   'it''s'

          web:list: [a, b]   # two
          web:tree:
            # inside
            leaf: 1 # one
            other:
            - x
            # the last
            - y
          # about nothing
        # about the environment
        environment:
          - web/dev

        """;

    [Theory]
    [InlineData("config[\"web:size\"]", "4", """  web:size: "4"  # not more""", """  web:size: "3"  # not more""")]
    [InlineData("config[\"web:name\"]", "you're", "  web:name:   'you''re'", "  web:name:   'it''s'")]
    [InlineData("config[\"web:list\"][1]", "c", "[a, c]   # two", "[a, b]   # two")]
    [InlineData("config[\"web:list\"][2]", "c", "[a, b, c]   # two", "[a, b]   # two")]
    [InlineData("config[\"web:list\"]", "none", "  web:list: none   # two", "  web:list: [a, b]   # two")]
    [InlineData("config[\"web:tree\"].leaf", "two", "    leaf: two # one", "    leaf: 1 # one")]
    [InlineData("config[\"web:tree\"].other[1]", "z", "    - z", "    - y")]
    [InlineData("config[\"web:tree\"].other[2]", "z", "    - y\n    - z", "    - y")]
    [InlineData("config[\"web:tree\"].new.deep[0]", "z", "    - y\n    new:\n      deep:\n        - z", "    - y")]
    [InlineData("config[\"web:more\"]", "m: n", "  # about nothing\n  web:more: 'm: n'", "  # about nothing")]
    [InlineData(
        "config[\"web:tree\"]",
        "flat",
        "  web:tree: flat",
        "  web:tree:\n    # inside\n    leaf: 1 # one\n    other:\n    - x\n    # the last\n    - y"
    )]
    [InlineData("encryptionsalt", "v1:def", "encryptionsalt: v1:def   # made by hand", "encryptionsalt: v1:abc   # made by hand")]
    public void Setting_a_value_changes_it_and_nothing_else(string path, string value, string after, string before)
    {
        Set(Commented, path, value).ShouldBe(Once(Commented, before, after));
    }

    [Theory]
    [InlineData("config[\"web:size\"]", "  web:size: \"3\"  # not more\n")]
    [InlineData("config[\"web:list\"][0]", "a, ")]
    [InlineData("config[\"web:list\"][1]", ", b")]
    [InlineData("config[\"web:tree\"].leaf", "    leaf: 1 # one\n")]
    [InlineData("config[\"web:tree\"].other[0]", "    - x\n")]
    [InlineData("config[\"web:tree\"].other[1]", "    - y\n")]
    [InlineData("config[\"web:tree\"].nothing", "")]
    [InlineData("environment", "environment:\n  - web/dev\n")]
    public void Removing_a_value_takes_its_lines_and_nothing_else(string path, string cut)
    {
        Remove(Commented, path).ShouldBe(cut.Length == 0 ? Commented : Once(Commented, cut, ""));
    }

    [Fact]
    public void An_environment_is_set_below_what_is_written_about_it()
    {
        Set(Commented, "environment[1]", "x").ShouldBe(Commented + "  - x\n");
    }

    [Theory]
    [InlineData("", "config:\n  a: x\n")]
    [InlineData("# nothing yet\n", "# nothing yet\nconfig:\n  a: x\n")]
    [InlineData("# nothing yet", "# nothing yet\nconfig:\n  a: x")]
    [InlineData("---\n", "---\nconfig:\n  a: x\n")]
    [InlineData("---\n...\n", "---\nconfig:\n  a: x\n...\n")]
    [InlineData("{}\n", "config:\n  a: x\n")]
    [InlineData("config:\n", "config:\n  a: x\n")]
    [InlineData("config:", "config:\n  a: x")]
    [InlineData("config: # empty\n", "config: # empty\n  a: x\n")]
    [InlineData("config: ~ # empty\n", "config: # empty\n  a: x\n")]
    [InlineData("config: {}\n", "config:\n  a: x\n")]
    [InlineData("config: {b: 1}\n", "config: {b: 1, a: x}\n")]
    [InlineData("config: {b: 1,}\n", "config: {b: 1, a: x,}\n")]
    [InlineData("config: {\n  b: 1,\n  c: 2 # c\n}\n", "config: {\n  b: 1,\n  c: 2,\n  a: x # c\n}\n")]
    [InlineData("config: { a }\n", "config: { a: x }\n")]
    [InlineData("config: {a: , b: 1}\n", "config: {a: x , b: 1}\n")]
    [InlineData("environment:\n- web/dev\n", "environment:\n- web/dev\nconfig:\n  a: x\n")]
    [InlineData("config:\n    b: 1\n", "config:\n    b: 1\n    a: x\n")]
    [InlineData("config:\n  b: 1", "config:\n  b: 1\n  a: x")]
    [InlineData("config:\r\n  b: 1\r\n  # c\r\n", "config:\r\n  b: 1\r\n  # c\r\n  a: x\r\n")]
    [InlineData("config:\n  b: |+\n    text\n\n", "config:\n  b: |+\n    text\n\n  a: x\n")]
    [InlineData("config:\n  b: |\n    text\n\n# end\n", "config:\n  b: |\n    text\n  a: x\n\n# end\n")]
    [InlineData("config:\n  a: |  # why\n    text\n\n    more\n\n  b: 1\n", "config:\n  a: x  # why\n\n  b: 1\n")]
    [InlineData("config:\n  a: >-\n    folded\n", "config:\n  a: x\n")]
    [InlineData("config:\n  a: plain\n    goes on # c\n", "config:\n  a: x # c\n")]
    [InlineData("config:\n  a:\n    # below\n    old # c\n", "config:\n  a:\n    # below\n    x # c\n")]
    [InlineData("config:\n  a: !!str 3\n", "config:\n  a: x\n")]
    [InlineData("config:\n  a: &unused 3\n", "config:\n  a: x\n")]
    [InlineData("config:\n  a: &unused # c\n    b: 1\n", "config:\n  a: x # c\n")]
    [InlineData("config:\n  ? a\n  : 3\n", "config:\n  ? a\n  : x\n")]
    [InlineData("config:\n  ? b\n  : 3\n", "config:\n  ? b\n  : 3\n  a: x\n")]
    [InlineData("config:\n  b: &b 1\n  a: *b\n", "config:\n  b: &b 1\n  a: x\n")]
    [InlineData("base: &base\n  a: 1\nconfig:\n  <<: *base\n", "base: &base\n  a: 1\nconfig:\n  <<: *base\n  a: x\n")]
    public void A_value_finds_its_place_however_the_document_is_written(string before, string after)
    {
        Set(before, "config.a", "x").ShouldBe(after);
    }

    [Theory]
    [InlineData("3", "\"3\"")]
    [InlineData("0777", "\"0777\"")]
    [InlineData("1.5", "\"1.5\"")]
    [InlineData("1e3", "\"1e3\"")]
    [InlineData("true", "\"true\"")]
    [InlineData("Yes", "\"Yes\"")]
    [InlineData("null", "\"null\"")]
    [InlineData("", "\"\"")]
    [InlineData("~", "\"~\"")]
    [InlineData("2020-01-01", "\"2020-01-01\"")]
    [InlineData("1:30", "\"1:30\"")]
    [InlineData("10.0.0.1", "10.0.0.1")]
    [InlineData("v1:abc/+=:d", "v1:abc/+=:d")]
    [InlineData("us-east-1", "us-east-1")]
    [InlineData("two words", "two words")]
    [InlineData("größe", "größe")]
    [InlineData(" padded ", "' padded '")]
    [InlineData("a: b", "'a: b'")]
    [InlineData("a #b", "'a #b'")]
    [InlineData("#b", "'#b'")]
    [InlineData("ends:", "'ends:'")]
    [InlineData("@at", "'@at'")]
    [InlineData("{a}", "'{a}'")]
    [InlineData("tab\there", "\"tab\\there\"")]
    [InlineData("bell\a", "\"bell\\u0007\"")]
    [InlineData("one\ntwo", "|-\n    one\n    two")]
    [InlineData("one\n\ntwo\n", "|\n    one\n\n    two")]
    [InlineData("one\n\n", "|+\n    one\n")]
    [InlineData("one \ntwo", "\"one \\ntwo\"")]
    [InlineData(" one\ntwo", "\" one\\ntwo\"")]
    [InlineData("one\r\ntwo", "\"one\\r\\ntwo\"")]
    public void A_string_is_written_so_that_every_reader_takes_it_for_that_string(string value, string written)
    {
        Set("config: {}\n", "config.a", value).ShouldBe($"config:\n  a: {written}\n");
    }

    [Theory]
    [InlineData("config:\n  a: 1\n", "config.a", "config: {}\n")]
    [InlineData("config: # c\n  # of a\n  a: 1\n", "config.a", "config: {} # c\n  # of a\n")]
    [InlineData("config: {a: 1}\n", "config.a", "config: {}\n")]
    [InlineData("config:\n  b: 1\n  a: 1", "config.a", "config:\n  b: 1")]
    [InlineData("config:\r\n  b: 1\r\n  a: 1", "config.a", "config:\r\n  b: 1")]
    [InlineData("config:\n  - a: 1\n    b: 2\n", "config[0].a", "config:\n  - b: 2\n")]
    [InlineData("config:\n  - a: 1\n    # of b\n    b: 2\n", "config[0].a", "config:\n  - \n    # of b\n    b: 2\n")]
    [InlineData("config:\n  - - a\n    - b\n", "config[0][0]", "config:\n  - - b\n")]
    [InlineData("config:\n  - a\n", "config[0]", "config: []\n")]
    [InlineData("# c\nconfig:\n  a: 1\n", "config", "# c\n")]
    [InlineData("config:\n  a: |\n    x\n\n  b: 1\n", "config.a", "config:\n\n  b: 1\n")]
    public void Removing_finds_its_lines_however_the_document_is_written(string before, string path, string after)
    {
        Remove(before, path).ShouldBe(after);
    }

    [Theory]
    [InlineData(
        "x: &x {a: 1}\nconfig: *x\n",
        "config.a",
        "'config.a' cannot be changed without rewriting the file: it is part of '*x', which stands for what '&x' says elsewhere; please edit the file by hand"
    )]
    [InlineData(
        "config: &x {a: 1}\ny: *x\n",
        "config.a",
        "'config.a' cannot be changed without rewriting the file: other places of the file say the same by '*x'; please edit the file by hand"
    )]
    [InlineData(
        "config:\n  a: &x 1\ny: *x\n",
        "config.a",
        "'config.a' cannot be changed without rewriting the file: '*x' elsewhere in the file stands for it; please edit the file by hand"
    )]
    [InlineData("a: 1\n---\nb: 1\n", "config.a", "yaml: the file has more than one document")]
    [InlineData("a: 1\na: 2\n", "config.a", "yaml: line 2: mapping key \"a\" already defined")]
    [InlineData("config: 3\n", "config.a", "there is no map that 'a' could be a member of")]
    [InlineData("config: [a]\n", "config[2]", "the list has 1 element(s): [1] would be the next one, [2] leaves a gap")]
    public void What_cannot_be_done_safely_is_refused(string text, string path, string message)
    {
        Should.Throw<UserErrorException>(() => Set(text, path, "x")).Message.ShouldBe(message);
    }

    [Fact]
    public void What_is_merged_in_cannot_be_removed_where_it_appears()
    {
        Should
            .Throw<UserErrorException>(() => Remove("x: &x {a: 1}\nconfig:\n  <<: *x\n", "config.a"))
            .Message.ShouldContain("it comes from a map that is merged in");
    }

    [Fact]
    public void A_map_in_place_of_a_map_changes_only_what_differs()
    {
        var value = new YamlMap([new("leaf", new YamlScalar("1", ScalarKind.Integer)), new("other", new YamlList([YamlValue.Of("x")]))]);

        Set(Commented, PropertyPath.Parse("config[\"web:tree\"]"), value).ShouldBe(Once(Commented, "    - y\n", ""));
    }

    [Fact]
    public void Nested_values_are_written_in_blocks()
    {
        var value = new YamlMap([
            new(
                "list",
                new YamlList([
                    new YamlMap([new("a", YamlValue.Of("x")), new("b", YamlValue.Of("y\nz"))]),
                    YamlMap.Empty,
                    new YamlList([YamlValue.Of("q")]),
                ])
            ),
            new("none", YamlValue.Null),
            new("3", new YamlScalar("true", ScalarKind.Boolean)),
        ]);

        Set("config:\n", ["config", "a"], value)
            .ShouldBe(
                "config:\n  a:\n    list:\n      - a: x\n        b: |-\n          y\n          z\n      - {}\n      - - q\n    none: null\n    \"3\": true\n"
            );
    }

    [Fact]
    public void Json_stays_json()
    {
        var text = Set("", ["config", "web:a"], YamlValue.Of("x"), json: true);
        text.ShouldBe("{\n    \"config\": {\n        \"web:a\": \"x\"\n    }\n}\n");
        text = Set(text, ["config", "web:b", 0], YamlValue.Of("y"), json: true);
        text.ShouldBe("{\n    \"config\": {\n        \"web:a\": \"x\",\n        \"web:b\": [\n            \"y\"\n        ]\n    }\n}\n");
        Remove(text, ["config", "web:a"], json: true)
            .ShouldBe("{\n    \"config\": {\n        \"web:b\": [\n            \"y\"\n        ]\n    }\n}\n");
    }

    private static string Set(string text, string path, string value) => Set(text, PropertyPath.Parse(path), YamlValue.Of(value));

    private static string Set(string text, IReadOnlyList<PathStep> path, YamlValue value, bool json = false) =>
        YamlEdit.Set(YamlText.Parse(text), path, value, json).Text;

    private static string Remove(string text, string path) => Remove(text, PropertyPath.Parse(path));

    private static string Remove(string text, IReadOnlyList<PathStep> path, bool json = false) =>
        YamlEdit.Remove(YamlText.Parse(text), path, json).Text;

    private static string Once(string text, string before, string after)
    {
        text.Split(before).Length.ShouldBe(2, before);
        return text.Replace(before, after, StringComparison.Ordinal);
    }
}
