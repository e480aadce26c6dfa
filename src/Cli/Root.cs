using System.CommandLine;
using System.Runtime.InteropServices;
using Cli.About;
using Cli.Auth;
using Cli.Completion;
using Cli.Config;
using Cli.Elsewhere;
using Cli.Env;
using Cli.Invocation;
using Cli.Org;
using Cli.Project;
using Cli.RawApi;
using Cli.Stack;
using Cli.State;

namespace Cli;

internal static class Root
{
    public static PulumiCommand Create(Machine machine)
    {
        var root = new PulumiCommand("pulumi", "Pulumi command line")
        {
            Explanation =
                "Infrastructure as code, from the command line.\n\n"
                + "Start with `pulumi login`, which connects this program to the place that keeps your stacks:\n"
                + "Pulumi Cloud, a Holdfast of your own, or a folder.",
        };
        root.Add(LoginCommand.Create(machine));
        root.Add(LogoutCommand.Create(machine));
        root.Add(WhoAmICommand.Create(machine));
        root.Add(AuthCommand.Create(machine));
        root.Add(AboutCommand.Create(machine));
        root.Add(CancelCommand.Create(machine));
        root.Add(StackCommand.Create(machine));
        root.Add(StateCommand.Create(machine));
        root.Add(ConfigCommand.Create(machine));
        root.Add(ConsoleCommand.Create(machine));
        root.Add(EnvCommand.Create(machine));
        root.Add(OrgCommand.Create(machine));
        root.Add(ProjectCommand.Create(machine));
        root.Add(ApiCommand.Create(machine));
        root.Add(VersionCommand.Create(machine));
        root.Add(GenCompletionCommand.Create(machine));
        root.Add(CompleteCommand.Create(machine, root));
        root.Add(HelpCommand.Create(machine, root));
        ElsewhereCommands.AddTo(root, machine);
        foreach (var option in GlobalFlags.All)
        {
            root.Add(option);
        }
        return root;
    }

    public static async Task<int> Run(IReadOnlyList<string> words, Machine machine, CancellationToken ct = default)
    {
        try
        {
            return await Dispatch(words, machine, ct);
        }
        catch (UserErrorException error)
        {
            await machine.Terminal.Error.WriteLineAsync("error: " + error.Message);
            return (int)error.Exit;
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            await machine.Terminal.Error.WriteLineAsync("error: cancelled");
            return (int)Exit.Cancelled;
        }
    }

    /// <summary>The same with a last resort for what nobody caught.</summary>
    public static async Task<int> RunOrReport(IReadOnlyList<string> words, Machine machine, CancellationToken ct)
    {
        try
        {
            return await Run(words, machine, ct);
        }
#pragma warning disable CA1031 // The outermost frame: whatever it is, the user gets a sentence.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            await machine.Terminal.Error.WriteLineAsync(InternalError.Describe(fault, words));
            return (int)Exit.Internal;
        }
    }

    /// <summary>The process: real machine and signals.</summary>
    public static async Task<int> RunProgram(string[] args)
    {
        var machine = RealMachine.Create();
        using var interrupted = new CancellationTokenSource();
        // Only where a person can press Ctrl-C: the terminal's settings and a browser login's listener have to be tidied up then.
        using var interrupt = machine.Terminal.InIsTerminal ? StopOn(PosixSignal.SIGINT, interrupted) : null;
        using var terminate = machine.Terminal.InIsTerminal ? StopOn(PosixSignal.SIGTERM, interrupted) : null;
        using var hangUp = machine.Terminal.InIsTerminal ? StopOn(PosixSignal.SIGHUP, interrupted) : null;
        return await RunOrReport(args, machine, interrupted.Token);
    }

    // The first signal asks nicely; the second does what signals do.
    private static PosixSignalRegistration StopOn(PosixSignal signal, CancellationTokenSource interrupted) =>
        PosixSignalRegistration.Create(
            signal,
            context =>
            {
                context.Cancel = !interrupted.IsCancellationRequested;
                interrupted.Cancel();
            }
        );

    private static async Task<int> Dispatch(IReadOnlyList<string> words, Machine machine, CancellationToken ct)
    {
        var root = Create(machine);
        var line = CommandLine.Read(root, words);
        var command = line.Command;
        if (line.IsOn(GlobalFlags.Help))
        {
            await machine.Terminal.Out.WriteAsync(HelpText.Of(command));
            return 0;
        }
        if (line.IsOn(GlobalFlags.Version))
        {
            await machine.Terminal.Out.WriteLineAsync(Versions.Current);
            return 0;
        }
        if (!command.HasRun)
        {
            return await ExplainGroup(root, line, machine);
        }
        await CheckArgumentCount(line, machine);
        OptionVariables.Apply(line, machine);
        var parse = root.Parse(line.ForParser(), Parsing);
        if (parse.Errors.Count > 0)
        {
            throw new UserErrorException(parse.Errors[0].Message);
        }
        return await parse.InvokeAsync(Streams(machine), ct);
    }

    private static async Task<int> ExplainGroup(PulumiCommand root, CommandLine line, Machine machine)
    {
        if (line.Arguments.Count > 0)
        {
            throw Suggestions.UnknownCommand(root, line.Command, line.Arguments[0]);
        }
        await machine.Terminal.Out.WriteAsync(HelpText.Of(line.Command));
        return (int)Exit.Error;
    }

    private static async Task CheckArgumentCount(CommandLine line, Machine machine)
    {
        var (fewest, most, count) = (line.Command.FewestArguments, line.Command.MostArguments, line.Arguments.Count);
        if (line.Command.TakesAnything || (count >= fewest && count <= most))
        {
            return;
        }
        await machine.Terminal.Out.WriteAsync(HelpText.Of(line.Command) + "\n");
        throw new UserErrorException(
            most == 0 ? $"unknown command \"{line.Arguments[0]}\" for \"{line.Command.PathOf()}\""
            : most == fewest ? $"accepts {most} arg(s), received {count}"
            : most == int.MaxValue ? $"requires at least {fewest} arg(s), only received {count}"
            : fewest > 0 ? $"accepts between {fewest} and {most} arg(s), received {count}"
            : $"accepts at most {most} arg(s), received {count}"
        );
    }

    private static readonly ParserConfiguration Parsing = new() { ResponseFileTokenReplacer = null, EnablePosixBundling = false };

    private static InvocationConfiguration Streams(Machine machine) =>
        new()
        {
            Output = machine.Terminal.Out,
            Error = machine.Terminal.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
}
