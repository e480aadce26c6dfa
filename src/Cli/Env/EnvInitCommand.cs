using System.CommandLine;
using Cli.Invocation;

namespace Cli.Env;

internal static class EnvInitCommand
{
    public static PulumiCommand Create(Machine machine)
    {
        var parts = new EnvironmentParts();
        var file = new Option<string?>("--file", "-f") { Description = "The file with the definition; - is standard input" };
        var command = new PulumiCommand("init", "Create an environment")
        {
            ArgumentNames = EnvCommand.OneEnvironment,
            MostArguments = int.MaxValue,
        };
        command.Aliases.Add("new");
        parts.AddTo(command);
        command.Add(file);
        return command.Runs(
            machine,
            async (session, parse, ct) =>
            {
                var yaml = parse.GetValue(file) is { Length: > 0 } path ? await DefinitionFile.Read(session, path, ct) : null;
                await using var work = await EnvironmentWork.Open(session, ct);
                var environment = work.New(parts.Read(parse).Environment);
                await work.Client.Create(environment, ct);
                await session.Out.WriteLineAsync($"Environment created: {environment}");
                if (yaml is not null)
                {
                    await work.Client.Update(environment, yaml, etag: null, ct);
                }
                return 0;
            }
        );
    }
}
