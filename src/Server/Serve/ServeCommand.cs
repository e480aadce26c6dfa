using System.CommandLine;
using System.Net.Sockets;
using Server.Data;
using Server.Secrets;
using Server.Settings;

namespace Server.Serve;

/// <summary><c>holdfast serve</c></summary>
public static class ServeCommand
{
    public static Command Create()
    {
        var command = new Command("serve", "Run the cloud: API and console");
        var options = SettingOptions.AddTo(command, Setting.All);
        command.SetAction((parsed, ct) => Run(ServerSettings.From(options.Read(parsed)), ct));
        return command;
    }

    private static async Task<int> Run(ServerSettings settings, CancellationToken ct)
    {
        DataFolder.Prepare(settings.DataFolder);
        using var only =
            FileLock.Try(Path.Combine(settings.DataFolder, "serve.lock"))
            ?? throw new SettingsException(
                $"Another holdfast serves the data folder {settings.DataFolder}. Stop that one first, or choose another folder with --data DIR."
            );
        await using var app = Application.Build(settings);
        await app.Services.GetRequiredService<MasterKeys>().Open(ct); // refused here, it is one message and no stack trace
        try
        {
            await app.StartAsync(ct);
        }
        catch (IOException problem) when (problem.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            throw new SettingsException(
                $"{problem.Message} Something else listens there. Stop it, or choose other addresses, for instance --listen 8090 --listen 3090."
            );
        }
        catch (Exception problem) when (problem is SocketException or IOException)
        {
            throw new SettingsException($"Cannot listen: {problem.Message}. Choose an address of this machine with --listen.");
        }
        await System.Console.Out.WriteAsync(Greeting.Of(settings));
        await app.WaitForShutdownAsync(ct);
        return 0;
    }
}
