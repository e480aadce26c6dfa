using System.Text.RegularExpressions;
using Support;

namespace Server.Tests.Rules;

public partial class AsvsTests
{
    /// <summary>How many requirements of levels 1 and 2 each section of version 5.0.0 begins with; those of level 3 come after them.</summary>
    private const string Sections = """
        1.1:2 1.2:9 1.3:11 1.4:3 1.5:2
        2.1:3 2.2:3 2.3:4 2.4:1
        3.2:2 3.3:4 3.4:6 3.5:5 3.7:2
        4.1:3 4.2:1 4.3:2 4.4:4
        5.1:1 5.2:3 5.3:2 5.4:3
        6.1:3 6.2:12 6.3:4 6.4:4 6.5:5 6.6:3 6.8:4
        7.1:3 7.2:4 7.3:2 7.4:5 7.5:2 7.6:2
        8.1:2 8.2:3 8.3:1 8.4:1
        9.1:3 9.2:4
        10.1:2 10.2:2 10.3:4 10.4:11 10.5:5 10.6:2 10.7:3
        11.1:2 11.2:3 11.3:3 11.4:4 11.5:1 11.6:1
        12.1:3 12.2:2 12.3:4
        13.1:1 13.2:5 13.3:2 13.4:5
        14.1:2 14.2:4 14.3:3
        15.1:3 15.2:3 15.3:7
        16.1:1 16.2:5 16.3:4 16.4:3 16.5:3
        17.1:1 17.2:4 17.3:2
        """;

    [Fact]
    public void Every_requirement_of_level_2_stands_in_the_document_once_and_in_its_order()
    {
        var wanted = Section()
            .Matches(Sections)
            .SelectMany(s => Enumerable.Range(1, int.Parse(s.Groups["count"].Value)).Select(n => $"{s.Groups["section"].Value}.{n}"))
            .ToList();

        wanted.Count.ShouldBe(253); // 70 of level 1 and 183 of level 2
        Rows().Select(row => row.Number).ShouldBe(wanted);
    }

    [Fact]
    public void Each_names_a_test_or_the_code_by_which_it_holds_or_says_why_there_is_neither()
    {
        foreach (var (number, shown) in Rows())
        {
            (shown == "reason" || shown.StartsWith("by ", StringComparison.Ordinal) || NamedTest().IsMatch(shown)).ShouldBeTrue(number);
        }
    }

    private static IEnumerable<(string Number, string Shown)> Rows() =>
        File.ReadLines(Path.Combine(Repository.Root, "docs", "asvs.md"))
            .Select(line => Row().Match(line))
            .Where(row => row.Success)
            .Select(row => (row.Groups["number"].Value, row.Groups["shown"].Value));

    [GeneratedRegex(@"(?<section>\d+\.\d+):(?<count>\d+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Section();

    [GeneratedRegex(@"^\| (?<number>\d+\.\d+\.\d+) \| [^|]+ \| [^|]+ \| (?<shown>[^|]+) \|$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Row();

    /// <summary>That it exists is what <see cref="DocumentTests"/> look at.</summary>
    [GeneratedRegex(@"^`([A-Z]\w+Tests|[A-Z][A-Za-z0-9]*_\w+)`", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex NamedTest();
}
