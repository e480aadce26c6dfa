using System.CommandLine;
using Server.Data;
using Server.Secrets;
using Server.Serve;
using Server.Settings;

namespace Server.Backup;

/// <summary><c>holdfast backup FILE</c>, while the server runs or not.</summary>
public static class BackupCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "Where to write it; - is standard output" };
        var command = new Command("backup", "Copy the whole store to a file, while the server runs or not") { file };
        var options = SettingOptions.AddTo(command, [.. Setting.OfStore, Setting.MasterKeyFile]);
        command.SetAction((parsed, ct) => Run(options.Read(parsed), parsed.GetRequiredValue(file), ct));
        return command;
    }

    private static async Task<int> Run(SettingValues values, string file, CancellationToken ct)
    {
        await using var services = StoreServices.Open(values);
        var (database, clock) = (services.GetRequiredService<Database>(), services.GetRequiredService<TimeProvider>());
        if (file == "-")
        {
            await using var output = System.Console.OpenStandardOutput();
            await BackupFile.Write(database, output, clock.GetUtcNow(), ct);
            return 0;
        }
        if (File.Exists(file))
        {
            throw new SettingsException($"{file} exists already. Give another name, or delete it first.");
        }
        long rows;
        try
        {
            rows = await DurableFile.Write(file, target => BackupFile.Write(database, target, clock.GetUtcNow(), ct));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException($"The backup cannot be written: {problem.Message}");
        }
        var keys = services.GetRequiredService<MasterKeyFile>().Path;
        await System.Console.Out.WriteLineAsync(
            $"{file} has {rows} rows, all that the database holds. Without {keys}, which is not in it, its secrets cannot be read: keep a copy of that file in another place."
        );
        return 0;
    }
}
