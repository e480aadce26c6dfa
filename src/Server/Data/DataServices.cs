using Server.Settings;

namespace Server.Data;

public static class DataServices
{
    /// <summary>Opens the store and brings it up to date.</summary>
    public static void AddData(this IServiceCollection services, string dataFolder, string? databaseUrl)
    {
        var database = Open(dataFolder, databaseUrl, database => database.Migrate());
        services.AddSingleton(_ => database); // through a factory, so that the container closes it
    }

    /// <param name="prepare">The first use of the database, in which it turns out whether there is one.</param>
    /// <exception cref="SettingsException">There is none at that address.</exception>
    public static Database Open(string dataFolder, string? databaseUrl, Action<Database> prepare)
    {
        try
        {
            var database = Database.Open(databaseUrl, dataFolder);
            prepare(database);
            return database;
        }
        catch (FormatException problem)
        {
            throw new SettingsException("--database: " + problem.Message);
        }
        catch (System.Data.Common.DbException problem)
        {
            throw new SettingsException(
                $"The database cannot be opened: {problem.Message}\nCheck --database, and that the server it names runs and lets this user in."
            );
        }
    }
}
