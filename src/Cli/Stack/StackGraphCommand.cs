using System.CommandLine;
using Cli.Invocation;
using Cli.State;
using Cli.Storage;

namespace Cli.Stack;

internal static class StackGraphCommand
{
    public static PulumiCommand Create(Machine machine)
    {
        var file = new Argument<string>("filename");
        var stack = StackOptions.Stack();
        var noParents = new Option<bool>("--ignore-parent-edges") { Description = "Leave out edges from parents to children" };
        var noDependencies = new Option<bool>("--ignore-dependency-edges") { Description = "Leave out edges from dependencies" };
        var dependencyColor = Color("--dependency-edge-color", "#246C60", "The colour of dependency edges");
        var parentColor = Color("--parent-edge-color", "#AA6639", "The colour of parent edges");
        var shortNames = new Option<bool>("--short-node-name") { Description = "Label nodes with the resource's name only" };
        var fragment = new Option<string?>("--dot-fragment") { Description = "DOT text to put at the head of the graph" };
        var command = new PulumiCommand("graph", "Export a stack's dependency graph to a file")
        {
            Explanation =
                "Export a stack's dependency graph to a file.\n\nThe file is in DOT, the language of Graphviz. It shows the last known state.",
            ArgumentNames = "<filename>",
            FewestArguments = 1,
            MostArguments = 1,
        };
        command.Add(file);
        foreach (var option in new Option[] { stack, noParents, noDependencies, dependencyColor, parentColor, shortNames, fragment })
        {
            command.Add(option);
        }
        return command.Runs(
            machine,
            (session, parse, ct) =>
            {
                var look = new GraphLook(
                    parse.GetValue(noDependencies) ? null : parse.GetValue(dependencyColor),
                    parse.GetValue(noParents) ? null : parse.GetValue(parentColor),
                    parse.GetValue(shortNames),
                    parse.GetValue(fragment) ?? ""
                );
                return Run(session, parse.GetValue(stack), parse.GetValue(file)!, look, ct);
            }
        );
    }

    private static Option<string> Color(string name, string color, string description) =>
        new(name) { Description = description, DefaultValueFactory = _ => color };

    internal static async Task<int> Run(Session session, string? name, string file, GraphLook look, CancellationToken ct)
    {
        await using var work = await Workplace.Open(session, ct);
        var stack = (await work.Require(name, ct)).Stack;
        var deployment =
            Deployment.Read(await work.Backend.Export(stack, null, ct), work.Backend.Show(stack))
            ?? throw new UserErrorException($"unable to find snapshot for stack \"{work.Backend.Show(stack)}\"");
        try
        {
            await File.WriteAllTextAsync(
                Path.GetFullPath(file, session.Machine.WorkingDirectory),
                DotGraph.Of([.. deployment.Resources], look),
                ct
            );
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"open {file}: {FileFault.Reason(problem)}");
        }
        await session.Out.WriteLineAsync($"Wrote stack dependency graph to `{file}`");
        return 0;
    }
}
