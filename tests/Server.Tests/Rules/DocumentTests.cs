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
