using System.CommandLine;
using System.Text;
using Cli.Invocation;
using Cli.State;
using Cli.Storage;

namespace Cli.Stack;

internal static class StackImportCommand
{
    public static PulumiCommand Create(Machine machine)
    {
        var stack = StackOptions.Stack();
        var force = new Option<bool>("--force", "-f") { Description = "Import even if the deployment looks wrong for this stack" };
        var file = new Option<string?>("--file") { Description = "A filename to read the state from instead of standard input" };
        var command = new PulumiCommand("import", "Import a deployment from standard in into an existing stack")
        {
            Explanation =
                "Import a deployment from standard in into an existing stack.\n\n"
                + "Takes what `pulumi stack export` printed, perhaps edited, and makes it the state of the stack. What stands there now is\n"
                + "replaced; a backend that keeps versions keeps it as one.",
        };
        command.Add(stack);
        command.Add(force);
        command.Add(file);
        return command.Runs(
            machine,
            (session, parse, ct) => Run(session, parse.GetValue(stack), parse.GetValue(file), parse.GetValue(force), ct)
        );
    }

    internal static async Task<int> Run(Session session, string? name, string? file, bool force, CancellationToken ct)
    {
        await using var work = await Workplace.Open(session, ct);
        var stack = (await work.Require(name, ct)).Stack;
        var text = await Input(session, file, ct);
        var deployment =
            Deployment.Read(text, work.Backend.Show(stack))
            ?? throw new UserErrorException("could not deserialize deployment: there is no 'deployment' in it");
        new ImportCheck(session, stack).Run(deployment, force);
        await new SecretsForStack(work).Adopt(deployment, stack, ct);
        await work.Backend.Import(stack, deployment.Write(), ct);
        await session.Out.WriteLineAsync("Import complete.");
        return 0;
    }

    private static async Task<byte[]> Input(Session session, string? file, CancellationToken ct)
    {
        if (string.IsNullOrEmpty(file))
        {
            return Encoding.UTF8.GetBytes(await session.Machine.Terminal.In.ReadToEndAsync(ct));
        }
        try
        {
            return await File.ReadAllBytesAsync(Path.GetFullPath(file, session.Machine.WorkingDirectory), ct);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"could not open file: open {file}: {FileFault.Reason(problem)}");
        }
    }
}
