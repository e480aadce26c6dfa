using System.CommandLine;
using Server.Data;
using Server.Secrets;
using Server.Settings;

namespace Server.Backup;

/// <summary><c>holdfast restore FILE</c>, into a store that has nothing in it, on either engine.</summary>
public static class RestoreCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "What `holdfast backup` wrote; - is standard input" };
        var command = new Command("restore", "Fill an empty store from a backup") { file };
        var options = SettingOptions.AddTo(command, [.. Setting.OfStore, Setting.MasterKeyFile]);
        command.SetAction((parsed, ct) => Run(options.Read(parsed), parsed.GetRequiredValue(file), ct));
        return command;
    }

    private static async Task<int> Run(SettingValues values, string file, CancellationToken ct)
    {
        await using var source = Open(file);
        var folder = ServerSettings.DataFolderOf(values);
        DataFolder.Prepare(folder);
        await using var database = DataServices.Open(folder, values.Single(Setting.Database), database => database.Migrate([]));
        var rows = await BackupFile.Read(database, source, ct);
        var keys = new MasterKeyFile(ServerSettings.MasterKeyFileOf(values));
        await System.Console.Out.WriteLineAsync(
            $"Restored {rows} rows."
                + (
                    keys.Exists
                        ? ""
                        : $" Now put your copy of the file of master keys at {keys.Path}; the server does not start without it."
                )
                + " `holdfast check` tells whether all is well."
        );
        return 0;
    }

    private static Stream Open(string file)
    {
        try
        {
            return file == "-" ? System.Console.OpenStandardInput() : File.OpenRead(file);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException($"The backup cannot be read: {problem.Message}");
        }
    }
}
