using System.Reflection;
using DbUp.Builder;
using DbUp.Engine.Output;

namespace Server.Data;

/// <summary>
/// Applies each embedded <c>Migrations/NNNN-name.sql</c> once, in the order of their names, all in one transaction. The text is the same for both
/// engines; a file that has landed is never changed again.
/// </summary>
internal static class Migrations
{
    /// <summary>The table of those that have run.</summary>
    public const string Journal = "schema_versions";

    /// <summary>Those that this program knows, by name, in their order.</summary>
    public static IReadOnlyList<string> All { get; } =
    [.. Assembly.GetExecutingAssembly().GetManifestResourceNames().Where(IsOne).Order(StringComparer.Ordinal)];

    public static void Run(UpgradeEngineBuilder builder, IReadOnlyCollection<string>? only)
    {
        var result = builder
            .WithScriptsEmbeddedInAssembly(Assembly.GetExecutingAssembly(), name => IsOne(name) && (only is null || only.Contains(name)))
            .WithVariablesDisabled()
            .WithTransaction()
            .LogTo(new NoOpUpgradeLog())
            .Build()
            .PerformUpgrade();
        if (!result.Successful)
        {
            throw new InvalidOperationException($"Migration {result.ErrorScript?.Name} failed: {result.Error.Message}", result.Error);
        }
    }

    private static bool IsOne(string resource) => resource.StartsWith("Migrations/", StringComparison.Ordinal);
}
