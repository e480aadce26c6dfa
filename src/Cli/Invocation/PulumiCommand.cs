using System.CommandLine;

namespace Cli.Invocation;

/// <summary>A command with what the stock CLI's rules and help need to know of it besides its options.</summary>
internal sealed class PulumiCommand(string name, string summary) : Command(name, summary)
{
    /// <summary>The long form of the help; the summary where there is none.</summary>
    public string? Explanation { get; init; }

    /// <summary>How the usage line names the arguments, for instance <c>[url]</c>.</summary>
    public string ArgumentNames { get; init; } = "";

    public int FewestArguments { get; init; }
    public int MostArguments { get; init; }

    /// <summary>The heading under which the parent lists it.</summary>
    public string Group { get; init; } = "Available Commands";

    /// <summary>
    /// Options of which one speaks at a time. One that was typed silences what <c>PULUMI_OPTION_*</c> says of the others.
    /// </summary>
    public IReadOnlyList<IReadOnlyList<Option>> Alternatives { get; set; } = [];

    /// <summary>Whether a positional argument is one of the first group of <see cref="Alternatives"/>.</summary>
    public bool ArgumentIsAlternative { get; init; }

    /// <summary>Arguments are taken as they are, flags included.</summary>
    public bool TakesAnything { get; init; }

    /// <summary>What a shell may offer for the first argument. The values of a flag are its <see cref="Option.CompletionSources"/>.</summary>
    public Func<Machine, IEnumerable<string>>? Candidates { get; init; }

    /// <summary>Declared, and done by another program.</summary>
    public bool IsElsewhere { get; init; }

    /// <summary>Options that are made when somebody asks for them: hundreds would cost every start.</summary>
    public Func<IEnumerable<Option>>? LaterOptions { get; set; }

    /// <summary>Makes the <see cref="LaterOptions"/>.</summary>
    public void Unfold()
    {
        foreach (var option in LaterOptions?.Invoke() ?? [])
        {
            Add(option);
        }
        LaterOptions = null;
    }

    public bool HasRun => Action is not null;

    public string PathOf() => Parents.OfType<PulumiCommand>().FirstOrDefault() is { } parent ? $"{parent.PathOf()} {Name}" : Name;

    public IEnumerable<PulumiCommand> Commands => Subcommands.OfType<PulumiCommand>();

    /// <param name="name">Its name or an alias.</param>
    public PulumiCommand? Child(string name) =>
        Commands.FirstOrDefault(child => child.Name.Equals(name, StringComparison.Ordinal) || child.Aliases.Contains(name));

    /// <param name="run">Gets the session that the global flags make, and the parsed command line.</param>
    public PulumiCommand Runs(Machine machine, Func<Session, ParseResult, CancellationToken, Task<int>> run)
    {
        SetAction((parse, ct) => run(Session.Of(machine, GlobalFlags.Of(parse), PathOf()), parse, ct));
        return this;
    }
}
