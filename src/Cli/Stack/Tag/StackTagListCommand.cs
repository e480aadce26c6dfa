using System.Text.Json.Nodes;
using Cli.Display;
using Cli.Invocation;
using Cli.Storage;

namespace Cli.Stack.Tag;

internal static class StackTagListCommand
{
    public static PulumiCommand Create(Machine machine)
    {
        var stack = StackOptions.Stack();
        var output = JsonOutput.Options();
        var command = new PulumiCommand("list", "List all stack tags");
        command.Aliases.Add("ls");
        command.Add(stack);
        output.AddTo(command);
        return command.Runs(machine, (session, parse, ct) => Run(session, parse.GetValue(stack), output.Wanted(parse), ct));
    }

    internal static async Task<int> Run(Session session, string? stack, bool json, CancellationToken ct)
    {
        await using var work = await Workplace.Open(session, ct);
        var tags = (await work.Require(stack, ct)).Tags.OrderBy(tag => tag.Key, StringComparer.Ordinal).ToList();
        if (json)
        {
            var members = new JsonObject(tags.Select(tag => new KeyValuePair<string, JsonNode?>(tag.Key, tag.Value)));
            await session.Out.WriteAsync(GoJson.Write(members, indent: 2, escapeHtml: false) + "\n");
            return 0;
        }
        var table = new Table("NAME", "VALUE");
        tags.ForEach(tag => table.Add(tag.Key, tag.Value));
        await session.Out.WriteAsync(table.Text());
        return 0;
    }
}
