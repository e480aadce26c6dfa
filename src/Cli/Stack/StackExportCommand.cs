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
        await Write(session, file, text);
        return 0;
    }

    private static async Task Write(Session session, string? file, byte[] text)
    {
        if (string.IsNullOrEmpty(file))
        {
            await WriteOut(session, text);
            return;
        }
        try
        {
            await using var stream = File.Create(Path.GetFullPath(file, session.Machine.WorkingDirectory), bufferSize: 0);
            Lay(text, stream);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"could not open file: open {file}: {FileFault.Reason(problem)}");
        }
    }

    /// <summary>A large state is not turned into text and back.</summary>
    private static async Task WriteOut(Session session, byte[] text)
    {
        if (session.Out is StreamWriter writer)
        {
            await writer.FlushAsync();
            Lay(text, writer.BaseStream);
            return;
        }
        using var all = new MemoryStream();
        Lay(text, all);
        await session.Out.WriteAsync(System.Text.Encoding.UTF8.GetString(all.GetBuffer(), 0, (int)all.Length));
    }

    private static void Lay(byte[] text, Stream stream)
    {
        JsonText.Lay(text, Indent, stream);
        stream.WriteByte((byte)'\n');
    }
}
