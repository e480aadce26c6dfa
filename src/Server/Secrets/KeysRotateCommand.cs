using System.CommandLine;
using Server.Serve;
using Server.Settings;

namespace Server.Secrets;

/// <summary><c>holdfast keys rotate</c>, while the server runs or not.</summary>
public static class KeysRotateCommand
{
    public static Command Create()
    {
        var command = new Command("rotate", "Make a new master key and wrap every other key with it");
        var options = SettingOptions.AddTo(command, [.. Setting.OfStore, Setting.MasterKeyFile]);
        command.SetAction((parsed, ct) => Run(options.Read(parsed), ct));
        return command;
    }

    private static async Task<int> Run(SettingValues values, CancellationToken ct)
    {
        await using var services = StoreServices.Open(values);
        var (key, rewrapped) = await services.GetRequiredService<KeyRotation>().Run(ct);
        var file = services.GetRequiredService<MasterKeyFile>().Path;
        await System.Console.Out.WriteLineAsync(
            $"The master key is now {key.Id}; it wraps {rewrapped} keys that another wrapped before. Keep a copy of {file}.\n"
                + "The older keys in it are needed for backups made before now. Delete their lines when those backups are gone."
        );
        return 0;
    }
}
