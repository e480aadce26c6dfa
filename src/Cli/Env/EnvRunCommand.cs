using System.CommandLine;
using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cli.Invocation;
using Wire;

namespace Cli.Env;

/// <summary>Runs a program with the environment's variables and files.</summary>
internal static class EnvRunCommand
{
    public static PulumiCommand Create(Machine machine)
    {
        var lifetime = EnvOpenCommand.Lifetime();
        var interactive = new Option<bool>("--interactive", "-i")
        {
            Description = "Leave the terminal to the program: its output is not searched for secrets",
        };
        return EnvironmentParts.Command(
            machine,
            "run",
            "Run a command with the environment",
            EnvCommand.OneEnvironment + " [flags] [--] [command]",
            (1, int.MaxValue - 1),
            async (work, environment, command, parse, ct) =>
            {
                var opened = await work.Client.Open(environment, EnvOpenCommand.Parse(parse.GetValue(lifetime)!), ct);
                return await Run(work.Session, opened, command, parse.GetValue(interactive), ct);
            },
            lifetime,
            interactive,
            EnvironmentParts.Draft()
        );
    }

    private static async Task<int> Run(Session session, OpenedEnvironment opened, string[] command, bool interactive, CancellationToken ct)
    {
        var all = EnvironmentPlain.All(opened);
        var folder = Directory.CreateTempSubdirectory("pulumi-env-").FullName;
        try
        {
            var start = new ProcessStartInfo(command[0], command[1..])
            {
                WorkingDirectory = session.Machine.WorkingDirectory,
                UseShellExecute = false,
                RedirectStandardOutput = !interactive,
                RedirectStandardError = !interactive,
            };
            foreach (var (name, value) in EnvironmentPlain.Variables(all))
            {
                start.Environment[name] = value;
            }
            foreach (var (name, content) in (all["files"] as JsonObject ?? []).Where(f => f.Value is JsonValue))
            {
                start.Environment[name] = await Write(folder, name, EnvironmentPlain.Text(content), ct);
            }
            return await Wait(session, start, interactive ? [] : Secrets(opened), ct);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<int> Wait(Session session, ProcessStartInfo start, IReadOnlyList<string> secrets, CancellationToken ct)
    {
        try
        {
            using var process = Process.Start(start)!;
            if (start.RedirectStandardOutput)
            {
                await Task.WhenAll(
                    SecretFilter.Copy(process.StandardOutput, session.Machine.Terminal.Out, secrets, ct),
                    SecretFilter.Copy(process.StandardError, session.Machine.Terminal.Error, secrets, ct)
                );
            }
            await process.WaitForExitAsync(ct);
            return process.ExitCode;
        }
        catch (Win32Exception problem)
        {
            throw new UserErrorException($"{start.FileName} cannot be run: {problem.Message}");
        }
    }

    private static async Task<string> Write(string folder, string name, string content, CancellationToken ct)
    {
        var path = Path.Combine(folder, string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_')));
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }
        await using var writer = new StreamWriter(path, options);
        await writer.WriteAsync(content.AsMemory(), ct);
        return path;
    }

    /// <summary>The texts of all secrets, longest first.</summary>
    private static List<string> Secrets(OpenedEnvironment opened) =>
        [
            .. (opened.Properties ?? new Dictionary<string, EnvironmentValue>())
                .Values.SelectMany(v => Secrets(v, inSecret: false))
                .Where(s => s.Length > 2)
                .Distinct(StringComparer.Ordinal)
                .OrderByDescending(s => s.Length),
        ];

    private static IEnumerable<string> Secrets(EnvironmentValue value, bool inSecret)
    {
        var secret = inSecret || value.Secret;
        return value.Value.ValueKind switch
        {
            JsonValueKind.Object => value.Value.EnumerateObject().SelectMany(p => Secrets(EnvironmentPlain.Inner(p.Value), secret)),
            JsonValueKind.Array => value.Value.EnumerateArray().SelectMany(i => Secrets(EnvironmentPlain.Inner(i), secret)),
            JsonValueKind.String when secret => [value.Value.GetString()!],
            _ => [],
        };
    }
}
