using System.CommandLine;

namespace Cli.Invocation;

/// <summary><c>PULUMI_OPTION_&lt;FLAG&gt;</c>: a default for any flag. What was typed wins.</summary>
internal static class OptionVariables
{
    public static string NameFor(Option option) => "PULUMI_OPTION_" + option.Name.TrimStart('-').Replace('-', '_').ToUpperInvariant();

    public static void Apply(CommandLine line, Machine machine)
    {
        var silenced = Silenced(line).ToHashSet();
        foreach (var option in FlagSet.Of(line.Command).All)
        {
            if (option != GlobalFlags.Help && option != GlobalFlags.Version && !silenced.Contains(option) && !line.Has(option))
            {
                if (machine.Variable(NameFor(option)) is { } value)
                {
                    line.Set(option, FlagValue.Check(option, value));
                }
            }
        }
    }

    private static IEnumerable<Option> Silenced(CommandLine line)
    {
        for (var group = 0; group < line.Command.Alternatives.Count; group++)
        {
            var options = line.Command.Alternatives[group];
            var argumentSpeaks = group == 0 && line.Command.ArgumentIsAlternative && line.Arguments.Count > 0;
            if (argumentSpeaks || options.Any(line.Has))
            {
                foreach (var option in options)
                {
                    yield return option;
                }
            }
        }
    }
}
