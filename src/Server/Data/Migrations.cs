using System.Reflection;
using DbUp;
using DbUp.Engine;
using DbUp.Engine.Output;
using DbUp.Engine.Transactions;

namespace Server.Data;

/// <summary>
/// Applies each embedded <c>Migrations/NNNN-name.sql</c> once, in the order of their names, all in one transaction. The text is the same for both
/// engines; a file that has landed is never changed again.
/// </summary>
internal static class Migrations
{
    public static IUpgradeLog Silent { get; } = new NoOpUpgradeLog();

    public static void Run(IConnectionManager connections, Func<Func<IConnectionManager>, IJournal> journal)
    {
        var builder = connections switch
        {
            DbUp.Sqlite.SqliteConnectionManager => DeployChanges.To.SqliteDatabase(connections),
            _ => DeployChanges.To.PostgresqlDatabase(connections),
        };
        builder.Configure(c => c.Journal = journal(() => c.ConnectionManager));
        var result = builder
            .WithScriptsEmbeddedInAssembly(Assembly.GetExecutingAssembly(), name => name.StartsWith("Migrations/", StringComparison.Ordinal))
            .WithVariablesDisabled()
            .WithTransaction()
            .LogTo(Silent)
            .Build()
            .PerformUpgrade();
        if (!result.Successful)
        {
            throw new InvalidOperationException($"Migration {result.ErrorScript?.Name} failed: {result.Error.Message}", result.Error);
        }
    }
}
