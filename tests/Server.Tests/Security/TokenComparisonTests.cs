using System.Text.RegularExpressions;
using Support;

namespace Server.Tests.Security;

/// <summary>
/// Timing of comparisons. What a client sends is hashed first and then looked up, or compared in constant time. No measurement could show that on a
/// loaded machine, so that it is the source that is looked at.
/// </summary>
public partial class TokenComparisonTests
{
    /// <summary>Where the hashes are no secrets': of audit rows, which whoever verifies has, and of checkpoints.</summary>
    private static readonly string[] OfPublicText = ["AuditVerification.cs", "Checkpoint.cs", "CheckpointSaving.cs", "CheckpointTexts.cs"];

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
        lines.Where(l => Plain().IsMatch(l.line)).ShouldBeEmpty();
        lines.Where(l => Early().IsMatch(l.line)).Select(l => l.Where).Distinct().Order().ShouldBe(OfPublicText);
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

    /// <summary>Hashes that are compared until the first byte that differs.</summary>
    [GeneratedRegex(
        @"hash\w*(\(\))?(\.AsSpan\(\)|\.Span)?\.SequenceEqual\(|\.SequenceEqual\([^)]*hash|hash(\(\))?\s*[!=]=\s*(?!null)|[!=]=\s*[\w.]*hash\b",
        RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase,
        1000
    )]
    private static partial Regex Early();
}
