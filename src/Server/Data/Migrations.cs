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
    public static void Run(UpgradeEngineBuilder builder)
    {
        var result = builder
            .WithScriptsEmbeddedInAssembly(
                Assembly.GetExecutingAssembly(),
                name => name.StartsWith("Migrations/", StringComparison.Ordinal)
            )
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
}
