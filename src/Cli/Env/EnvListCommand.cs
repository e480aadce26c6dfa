using System.CommandLine;
using Cli.Invocation;

namespace Cli.Env;

internal static class EnvListCommand
{
    public static PulumiCommand Create(Machine machine)
    {
        var organization = new Option<string?>("--organization", "-o") { Description = "List the environments of this organization only" };
        var project = new Option<string?>("--project", "-p") { Description = "List the environments of this project only" };
        var command = new PulumiCommand("list", "List environments");
        command.Aliases.Add("ls");
        command.Add(organization);
        command.Add(project);
        command.Add(EnvironmentParts.Env());
        return command.Runs(
            machine,
            async (session, parse, ct) =>
            {
                await using var work = await EnvironmentWork.Open(session, ct);
                var only = parse.GetValue(project);
                var found = await work.Client.List(parse.GetValue(organization) is { Length: > 0 } given ? given : null, ct);
                var names = found
                    .Where(e => string.IsNullOrEmpty(only) || e.Project == only)
                    .Select(e =>
                        e.Organization == work.DefaultOrganization ? $"{e.Project}/{e.Name}" : $"{e.Organization}/{e.Project}/{e.Name}"
                    );
                foreach (var name in names.Order(StringComparer.Ordinal))
                {
                    await session.Out.WriteLineAsync(name);
                }
                return 0;
            }
        );
    }
}
