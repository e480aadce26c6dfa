using System.Text;
using Server.Diffs;

namespace Server.Tests.Diffs;

public class ValueDiffTests
{
    private const string Secret = """{"4dabf18193072939515e22adb298388d":"1b47061264138c4ac30d75fd1eb44270","ciphertext":"SECRETTEXT"}""";

    [Theory]
    [InlineData("""{"a":1}""", """{"a":1}""", "")]
    [InlineData("""{"a":1}""", """{"a":2}""", "~a 1>2")]
    [InlineData("""{"a":"x"}""", """{"a":"\u0078"}""", "")]
    [InlineData("""{"a":1,"b":true}""", """{"b":true,"c":"x"}""", "-a 1|+c \"x\"")]
    [InlineData("""{"a":{"b":{"c":1,"d":2}}}""", """{"a":{"b":{"c":1,"d":3}}}""", "~a|  ~b|    ~d 2>3")]
    [InlineData("""{"a":[1,2,3]}""", """{"a":[0,1,2,3]}""", "~a|  +[0] 0")]
    [InlineData("""{"a":[1,2,3]}""", """{"a":[1,9,3]}""", "~a|  ~[1] 2>9")]
    [InlineData("""{"a":{"b":1}}""", """{"a":"x"}""", "-a|  -b 1|+a \"x\"")]
    [InlineData("""{"a":null}""", """{"a":{"b":[]}}""", "-a null|+a|  +b []")]
    [InlineData("", """{"a":{"b":[1]}}""", "+a|  +b|    +[0] 1")]
    [InlineData("""{"a":"[secret]"}""", """{"a":"x"}""", "~a [secret]>\"x\"")]
    public void Only_what_differs_is_there(string old, string now, string expected) => Lines(old, now).ShouldBe(expected);

    [Fact]
    public void A_secret_is_never_shown_wherever_it_stands()
    {
        foreach (
            var (old, now) in new[]
            {
                ($$$"""{"a":{{{Secret}}}}""", """{"a":1}"""),
                ($$$"""{"a":{"b":[{{{Secret}}}]}}""", ""),
                ("", $$$"""{"a":{"b":[{{{Secret}}}]}}"""),
                ($$$"""{"a":{{{Secret}}}}""", $$$"""{"a":{{{Secret.Replace("SECRETTEXT", "SECRETTEXT2", StringComparison.Ordinal)}}}}"""),
                ($$$"""{"a":[{"b":{{{Secret}}}}]}""", """{"a":{"b":1}}"""),
            }
        )
        {
            var shown = Lines(old, now);
            shown.ShouldContain("[secret]");
            shown.ShouldNotContain("SECRETTEXT");
        }
    }

    [Fact]
    public void Texts_of_several_lines_are_compared_by_line() =>
        Lines("""{"a":"1\n2\n3\n4\n5\n6\nold\n8\n9\n10\n11"}""", """{"a":"1\n2\n3\n4\n5\n6\nnew\nmore\n8\n9\n10\n11"}""")
            .ShouldBe("~a|    ⋯ 4 equal lines|    5|    6|  - old|  + new|  + more|    8|    9|    ⋯ 2 equal lines");

    [Fact]
    public void A_text_that_is_json_is_looked_into() =>
        Lines("""{"policy":"{\"allow\":[\"a\"],\"x\":1}"}""", """{"policy":"{\"x\":1,\"allow\":[\"b\"]}"}""")
            .ShouldBe("~policy (JSON)|  ~allow|    ~[0] \"a\">\"b\"");

    [Fact]
    public void Large_and_odd_values_are_cut_and_made_readable()
    {
        var diff = Diff("", $$"""{"a\u0000\ud800":"{{new string('x', 1_000_000)}}","b":"\u001b[31m"}""", DiffLimits.Short);

        diff.Lines[0].Name.ShouldBe("a\uFFFD\uFFFD");
        diff.Lines[0].Text.Length.ShouldBeLessThan(300);
        diff.Lines[0].Text.ShouldEndWith("(1,000,000 characters in all)\"");
        diff.Lines[1].Text.ShouldBe("\"\uFFFD[31m\"");
        var many = Diff("", "{" + string.Join(',', Enumerable.Range(0, 1000).Select(i => $"\"k{i}\":{i}")) + "}", DiffLimits.Short);
        (many.Lines.Count, many.IsCut).ShouldBe((40, true));
    }

    [Theory, InlineData("1", "2"), InlineData("", "2")]
    public void Values_may_nest_as_deeply_as_states_do(string old, string now)
    {
        var diff = Diff(Nested(old), Nested(now), new(5_000, 10, 1_000_000));

        diff.Lines.Count.ShouldBe(990);
        diff.Lines[^1].Depth.ShouldBe(989);

        static string Nested(string leaf) =>
            leaf.Length == 0 ? "" : string.Concat(Enumerable.Repeat("{\"a\":", 990)) + leaf + new string('}', 990);
    }

    [Fact]
    public void What_forces_a_replacement_is_marked_and_what_others_know_is_added_once()
    {
        var diff = new ValueDiff(DiffLimits.Short)
        {
            Replacing = new HashSet<string> { "a", "t[\"x.y\"]" },
        };

        diff.Compare("""{"a":1,"t":{"x.y":1}}"""u8.ToArray(), """{"a":2,"t":{"x.y":2}}"""u8.ToArray());
        diff.Note("a", default, default);
        diff.Note("t", default, default);
        diff.Note("pw", "\"[secret]\""u8.ToArray(), "\"[secret]\""u8.ToArray());

        diff.Lines.Where(l => l.Replaces).Select(l => l.Name).ShouldBe(["a", "x.y"]);
        diff.Lines.Select(l => l.Name).ShouldBe(["a", "t", "x.y", "pw"]);
    }

    private static string Lines(string old, string now) => string.Join('|', Diff(old, now, DiffLimits.Long).Lines.Select(Line));

    private static string Line(DiffLine line)
    {
        var sign = line.Mark switch
        {
            Mark.Added => "+",
            Mark.Removed => "-",
            Mark.Changed => "~",
            _ => " ",
        };
        var text = line.Text.Length > 0 ? " " + line.Text : "";
        return new string(' ', 2 * line.Depth) + sign + line.Name + text + (line.Now is null ? "" : ">" + line.Now);
    }

    private static ValueDiff Diff(string old, string now, DiffLimits limits) =>
        new ValueDiff(limits).Compare(Encoding.UTF8.GetBytes(old), Encoding.UTF8.GetBytes(now));
}
