using Server.Settings;

namespace Server.Data;

public static class DataServices
{
    /// <summary>Opens the store and brings it up to date.</summary>
    public static void AddData(this IServiceCollection services, string dataFolder, string? databaseUrl)
    {
        Database database;
        try
        {
            database = Database.Open(databaseUrl, dataFolder);
            database.Migrate();
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
        services.AddSingleton(_ => database); // through a factory, so that the container closes it
    }
}
