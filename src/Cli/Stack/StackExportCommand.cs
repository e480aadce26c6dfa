using System.CommandLine;
using Cli.Invocation;
using Cli.Secrets;
using Cli.State;
using Cli.Storage;

namespace Cli.Stack;

internal static class StackExportCommand
{
    private const int Indent = 4;

    public static PulumiCommand Create(Machine machine)
    {
        var stack = StackOptions.Stack();
        var file = new Option<string?>("--file") { Description = "A filename to write the state to instead of standard output" };
        var version = new Option<string?>("--version") { Description = "The version to export. Defaults to the latest" };
        var secrets = StackOptions.ShowSecrets("Emit secrets in plaintext");
        var command = new PulumiCommand("export", "Export a stack's deployment to standard out")
        {
            Explanation =
                "Export a stack's deployment to standard out.\n\n"
                + "The deployment is the state of the stack as JSON. It can be edited and given back with `pulumi stack import`.",
        };
        foreach (var option in new Option[] { stack, file, version, secrets })
        {
            command.Add(option);
        }
        return command.Runs(
            machine,
            (session, parse, ct) =>
                Run(
                    session,
                    parse.GetValue(stack),
                    parse.GetValue(file),
                    parse.GetValue(version) is { Length: > 0 } given ? given : null,
                    parse.GetValue(secrets),
                    ct
                )
        );
    }

    internal static async Task<int> Run(
        Session session,
        string? name,
        string? file,
        string? version,
        bool showSecrets,
        CancellationToken ct
    )
    {
        await using var work = await Workplace.Open(session, ct);
        var stack = (await work.Require(name, ct)).Stack;
        var text = await work.Backend.Export(stack, version, ct);
        if (showSecrets && Deployment.Read(text, work.Backend.Show(stack)) is { SecretsProvider: { } description } deployment)
        {
            await SecretValues.Reveal(deployment.Body, work.Secrets.OfState(description, work.Backend.Show(stack)), ct);
            text = deployment.Write();
        }
        await Write(session, file, [.. JsonText.Lay(text, Indent), (byte)'\n'], ct);
        return 0;
    }

    private static async Task Write(Session session, string? file, byte[] text, CancellationToken ct)
    {
        if (string.IsNullOrEmpty(file))
        {
            await session.Out.WriteAsync(System.Text.Encoding.UTF8.GetString(text));
            return;
        }
        try
        {
            await File.WriteAllBytesAsync(Path.GetFullPath(file, session.Machine.WorkingDirectory), text, ct);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"could not open file: open {file}: {FileFault.Reason(problem)}");
        }
    }
}
