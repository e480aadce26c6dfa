using System.CommandLine;
using Server.Serve;
using Server.Settings;

namespace Server.Check;

/// <summary><c>holdfast check</c>: exit code 1 if anything is wrong.</summary>
public static class CheckCommand
{
    public static Command Create()
    {
        var command = new Command("check", "Look through the whole store: database, keys and every state");
        var options = SettingOptions.AddTo(command, [.. Setting.OfStore, Setting.MasterKeyFile]);
        command.SetAction((parsed, ct) => Run(options.Read(parsed), ct));
        return command;
    }

    private static async Task<int> Run(SettingValues values, CancellationToken ct)
    {
        await using var services = StoreServices.Open(values);
        var wrong = false;
        foreach (var (name, look) in services.GetRequiredService<StoreCheck>().Parts)
        {
            await System.Console.Out.WriteAsync($"{name, -16} ");
            var result = await look(ct);
            wrong |= result.Problems.Count > 0;
            await System.Console.Out.WriteLineAsync(
                result.Problems.Count == 0 ? $"ok ({result.Looked})" : $"{result.Problems.Count} wrong of {result.Looked}"
            );
            foreach (var problem in result.Problems)
            {
                await System.Console.Out.WriteLineAsync("  " + problem.ReplaceLineEndings("\n  "));
            }
        }
        if (wrong)
        {
            await System.Console.Out.WriteLineAsync(
                "Keep a copy of what is there before anything else, then restore the last good backup into a new folder."
            );
        }
        return wrong ? 1 : 0;
    }
}
