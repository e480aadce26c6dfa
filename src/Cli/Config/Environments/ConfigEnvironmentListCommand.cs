using System.Text.Json.Nodes;
using Cli.Display;
using Cli.Invocation;
using Cli.Storage;

namespace Cli.Config.Environments;

internal static class ConfigEnvironmentListCommand
{
    public static PulumiCommand Create(Machine machine)
    {
        var flags = new ConfigFlags();
        var output = JsonOutput.Options();
        var command = new PulumiCommand("list", "List imported environments");
        command.Aliases.Add("ls");
        flags.AddTo(command);
        output.AddTo(command);
        return command.Runs(
            machine,
            async (session, parse, ct) =>
            {
                await using var work = await flags.Open(session, parse, ct);
                return await Run(work, output.Wanted(parse));
            }
        );
    }

    private static async Task<int> Run(ConfigWork work, bool json)
    {
        StackEnvironments.RequireCloud(work);
        var names = work.Config.Environments;
        await work.Session.Out.WriteAsync(
            json ? GoJson.Write(new JsonArray([.. names.Select(name => JsonValue.Create(name))]), indent: 2, escapeHtml: false) + "\n"
            : names.Count > 0 ? Text(names)
            : "This stack configuration has no environments listed. "
                + "Try adding one with `pulumi config env add <projectName>/<envName>`.\n"
        );
        return 0;
    }

    private static string Text(IEnumerable<string> names)
    {
        var table = new Table("ENVIRONMENTS");
        foreach (var name in names)
        {
            table.Add(name);
        }
        return table.Text();
    }
}
