using System.Text.RegularExpressions;
using Support;

namespace Server.Tests.Rules;

public partial class DocumentTests
{
    [Fact]
    public void Every_test_that_a_document_names_exists()
    {
        var tests = Files("tests", "*.cs").SelectMany(text => Declared().Matches(text)).Select(m => m.Groups["name"].Value).ToHashSet();

        var named = Files("docs", "*.md").SelectMany(text => Named().Matches(text)).Select(m => m.Groups["name"].Value).ToHashSet();

        named.Count.ShouldBeGreaterThan(150);
        named.Except(tests).ShouldBeEmpty();
    }

    [Fact]
    public void Every_defence_that_can_be_taken_away_is_still_there_and_so_is_the_test_that_notices()
    {
        var tests = Files("tests", "*.cs").SelectMany(text => Declared().Matches(text)).Select(m => m.Groups["name"].Value).ToHashSet();
        var (text, checkedTexts) = ("", 0);

        foreach (var line in File.ReadLines(Path.Combine(Repository.Root, "tests", "defences.txt")))
        {
            if (line.StartsWith("file ", StringComparison.Ordinal))
            {
                text = File.ReadAllText(Path.Combine(Repository.Root, line["file ".Length..]));
            }
            else if (line.StartsWith("- ", StringComparison.Ordinal))
            {
                text.ShouldContain(line[2..], Case.Sensitive);
                checkedTexts++;
            }
            else if (line.StartsWith("test ", StringComparison.Ordinal))
            {
                var name = line.Split('.');
                tests.ShouldContain(name[^2]);
                tests.ShouldContain(name[^1] == "*" ? name[^2] : name[^1]);
            }
        }

        checkedTexts.ShouldBeGreaterThan(40);
    }

    private static IEnumerable<string> Files(string folder, string pattern) =>
        Directory
            .EnumerateFiles(Path.Combine(Repository.Root, folder), pattern, SearchOption.AllDirectories)
            .Select(file => File.ReadAllText(file));

    [GeneratedRegex(@"\b(class|Task|void) (?<name>\w+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Declared();

    /// <summary>A class of tests, or a test that is a sentence, in backticks.</summary>
    [GeneratedRegex(@"`(\w+\.|…)?(?<name>[A-Z]\w+Tests|[A-Z][a-z0-9]*_\w+)`", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Named();
}
