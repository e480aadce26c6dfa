using System.Text.RegularExpressions;
using Support;

namespace Server.Tests.Security;

/// <summary>
/// Timing of comparisons. What a client sends is hashed first and then looked up, or compared in constant time. No measurement could show that on a
/// loaded machine, so that it is the source that is looked at.
/// </summary>
public partial class TokenComparisonTests
{
    [Fact]
    public void Timing_no_secret_is_compared_but_by_its_hash_and_in_constant_time()
    {
        var lines = Directory
            .EnumerateFiles(Path.Combine(Repository.Root, "src", "Server"), "*.*", SearchOption.AllDirectories)
            .Where(f => f.EndsWith(".cs", StringComparison.Ordinal) || f.EndsWith(".razor", StringComparison.Ordinal))
            .SelectMany(f => File.ReadLines(f).Select(line => (Where: Path.GetFileName(f), line)))
            .ToList();

        lines.Count(l => Lookup().IsMatch(l.line)).ShouldBeGreaterThan(8, "the rule sees the look-ups that there are");
        lines.Count(l => l.line.Contains("FixedTimeEquals", StringComparison.Ordinal)).ShouldBeGreaterThan(3);
        lines.Where(l => Plain().IsMatch(l.line) || Early().IsMatch(l.line)).ShouldBeEmpty();
    }

    [GeneratedRegex(@"\w*hash = \{", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Lookup();

    /// <summary>The text of a secret beside a comparison, in code or in SQL.</summary>
    [GeneratedRegex(
        @"(==|!=|Equals\(|SequenceEqual\(|StartsWith\().*\.Reveal\(\)|\.Reveal\(\)\s*(==|!=|\.Equals|\.StartsWith)|WHERE.*\b(secret|token|code|lease) = \{|WHERE.*= \{[^}]*\.Reveal\(\)\}",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Plain();

    /// <summary>Hashes of secrets that are compared until the first byte that differs.</summary>
    [GeneratedRegex(
        @"(Lease|Secret|Token|Code)\w*(\.|\(\)\.)?Hash\w*(\(\))?(\.AsSpan\(\))?\.SequenceEqual|Lease\(\)\.Hash\.AsSpan|lease\.Hash\.AsSpan",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Early();
}
