using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using Cli.Display;
using Cli.Invocation;
using Cli.State;

namespace Cli.Stack;

internal static class StackOutputCommand
{
    public static PulumiCommand Create(Machine machine)
    {
        var name = new Argument<string?>("property-name") { Arity = ArgumentArity.ZeroOrOne };
        var json = new Option<bool>("--json", "-j") { Description = "Emit output as JSON" };
        var shell = new Option<bool>("--shell") { Description = "Emit output as a shell script" };
        var stack = StackOptions.Stack();
        var secrets = StackOptions.ShowSecrets("Display outputs which are marked as secret in plaintext");
        var command = new PulumiCommand("output", "Show a stack's output properties")
        {
            Explanation =
                "Show a stack's output properties.\n\n"
                + "Lists all outputs, or prints the one that is named. Secret ones show as [secret], unless --show-secrets is given.",
            ArgumentNames = "[property-name]",
            MostArguments = 1,
        };
        command.Add(name);
        foreach (var option in new Option[] { json, shell, stack, secrets })
        {
            command.Add(option);
        }
        return command.Runs(
            machine,
            (session, parse, ct) =>
            {
                if (parse.GetValue(json) && parse.GetValue(shell))
                {
                    throw new UserErrorException("only one of --json and --shell may be set");
                }
                var format =
                    parse.GetValue(json) ? OutputFormat.Json
                    : parse.GetValue(shell) ? OutputFormat.Shell
                    : OutputFormat.Text;
                return Run(session, parse.GetValue(stack), parse.GetValue(name), format, parse.GetValue(secrets), ct);
            }
        );
    }

    internal static async Task<int> Run(
        Session session,
        string? stackName,
        string? property,
        OutputFormat format,
        bool showSecrets,
        CancellationToken ct
    )
    {
        await using var work = await Workplace.Open(session, ct);
        var stack = (await work.Require(stackName, ct)).Stack;
        var deployment = Deployment.Read(await work.Backend.Export(stack, null, ct), work.Backend.Show(stack));
        var outputs = await StackOutputs.Of(work, stack, deployment, showSecrets, ct);
        if (string.IsNullOrEmpty(property))
        {
            await session.Out.WriteAsync(All(outputs, format));
            return 0;
        }
        if (!outputs.TryGetPropertyValue(property, out var value))
        {
            throw new UserErrorException($"current stack does not have output property '{property}'");
        }
        await session.Out.WriteAsync(
            format switch
            {
                OutputFormat.Json => PropertyValues.Json(value),
                OutputFormat.Shell => ShellLine(property, value),
                _ => PropertyValues.Text(value) + "\n",
            }
        );
        return 0;
    }

    private static string All(JsonObject outputs, OutputFormat format) =>
        format switch
        {
            OutputFormat.Json => PropertyValues.Json(outputs),
            OutputFormat.Shell => string.Concat(outputs.Select(output => ShellLine(output.Key, output.Value))),
            _ => StackOutputs.Table(outputs),
        };

    private static string ShellLine(string name, JsonNode? value)
    {
        var text = PropertyValues.Text(value);
        return OperatingSystem.IsWindows()
            ? $"${name} = '{text.Replace("'", "''", StringComparison.Ordinal)}'\n"
            : $"{name}={ShellWord(text)}\n";
    }

    /// <summary>As it is where no shell would read it otherwise; in single quotes elsewhere.</summary>
    private static string ShellWord(string text)
    {
        if (text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || "@%+=:,./-_".Contains(c, StringComparison.Ordinal)))
        {
            return text;
        }
        return new StringBuilder("'").Append(text.Replace("'", "'\"'\"'", StringComparison.Ordinal)).Append('\'').ToString();
    }
}

internal enum OutputFormat
{
    Text,
    Json,
    Shell,
}
