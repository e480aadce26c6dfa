using Cli.Invocation;

namespace Cli;

/// <summary>One invocation: the machine it runs on and what the global flags say.</summary>
/// <param name="CommandPath">As the user would write it, for instance <c>pulumi about env</c>.</param>
internal sealed record Session(Machine Machine, string CommandPath, bool Interactive, bool Color, int Verbosity)
{
    private readonly HashSet<string> warned = new(StringComparer.Ordinal);

    /// <summary><c>-Q</c>: show organization, project and stack everywhere.</summary>
    public bool FullStackNames { get; init; }

    /// <summary><c>--disable-integrity-checking</c></summary>
    public bool IgnoresIntegrity { get; init; }

    public TextWriter Out => Machine.Terminal.Out;

    public void Say(string text) => Machine.Terminal.Error.WriteLine(text);

    public void Warn(string text) => Machine.Terminal.Error.WriteLine("warning: " + text);

    /// <summary>Where a command comes by several times.</summary>
    public void WarnOnce(string text)
    {
        if (warned.Add(text))
        {
            Warn(text);
        }
    }

    /// <summary>What <c>cmd=</c> says in the User-Agent: the path without the program, joined with dashes.</summary>
    public string CommandTag =>
        CommandPath.StartsWith("pulumi ", StringComparison.Ordinal) ? CommandPath["pulumi ".Length..].Replace(' ', '-') : "";

    public static Session Of(Machine machine, GlobalFlags flags, string commandPath)
    {
        if (flags.WorkingDirectory is { } directory)
        {
            var path = Path.GetFullPath(directory, machine.WorkingDirectory);
            if (!Directory.Exists(path))
            {
                throw new UserErrorException($"chdir {directory}: no such file or directory");
            }
            machine = machine with { WorkingDirectory = path };
        }
        return new Session(
            machine with
            {
                ProfileFlag = flags.Profile,
            },
            commandPath,
            !flags.NonInteractive && Interactivity.IsPossible(machine),
            ColorChoice.Parse(flags.Color, machine),
            flags.Verbosity
        )
        {
            FullStackNames = flags.FullStackNames,
            IgnoresIntegrity = flags.IgnoresIntegrity,
        };
    }
}
