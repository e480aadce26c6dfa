using System.CommandLine;
using System.Text;

namespace Cli.Invocation;

/// <summary>A command's help, in the layout that users of the stock CLI know.</summary>
internal static class HelpText
{
    public static string Of(PulumiCommand command)
    {
        command.Unfold();
        var text = new StringBuilder();
        text.Append(command.Explanation ?? command.Description).Append("\n\nUsage:\n");
        foreach (var usage in Usages(command))
        {
            text.Append("  ").Append(usage).Append('\n');
        }
        if (command.Aliases.Count > 0)
        {
            text.Append("\nAliases:\n  ").AppendJoin(", ", command.Aliases.Prepend(command.Name)).Append('\n');
        }
        foreach (var group in command.Commands.Where(child => !child.Hidden).GroupBy(child => child.Group, StringComparer.Ordinal))
        {
            text.Append('\n').Append(group.Key).Append(":\n").Append(Rows(group.Select(child => (child.Name, child.Description ?? ""))));
        }
        AppendFlags(text, "Flags", command.Options.Where(option => !GlobalFlags.All.Contains(option)).Append(GlobalFlags.Help));
        AppendFlags(text, "Global Flags", GlobalFlags.All.Where(option => !IsRedefined(option, command)));
        if (command.Commands.Any(child => !child.Hidden))
        {
            text.Append($"\nUse \"{command.PathOf()} [command] --help\" for more information about a command.\n");
        }
        return text.ToString();
    }

    private static IEnumerable<string> Usages(PulumiCommand command)
    {
        if (command.HasRun)
        {
            yield return string.Join(' ', new[] { command.PathOf(), command.ArgumentNames, "[flags]" }.Where(word => word.Length > 0));
        }
        if (command.Commands.Any(child => !child.Hidden))
        {
            yield return command.PathOf() + " [command]";
        }
    }

    private static bool IsRedefined(Option option, PulumiCommand command) =>
        command.Options.Any(own => own != option && own.Name.Equals(option.Name, StringComparison.Ordinal));

    private static void AppendFlags(StringBuilder text, string title, IEnumerable<Option> options)
    {
        var rows = options.Where(option => !option.Hidden).OrderBy(option => option.Name, StringComparer.Ordinal).Select(Row).ToList();
        if (rows.Count > 0)
        {
            text.Append('\n').Append(title).Append(":\n").Append(Rows(rows));
        }
    }

    private static (string Name, string Description) Row(Option option)
    {
        var letter = option.Aliases.FirstOrDefault(alias => alias.Length == 2);
        var type =
            FlagSet.IsSwitch(option) ? ""
            : option.ValueType == typeof(int) ? " int"
            : " string";
        var fallback =
            option is { HasDefaultValue: true } && option.GetDefaultValue() is string { Length: > 0 } value
                ? $" (default \"{value}\")"
                : "";
        return ($"{(letter is null ? "    " : letter + ", ")}{option.Name}{type}", option.Description + fallback);
    }

    private static string Rows(IEnumerable<(string Name, string Description)> rows)
    {
        var list = rows.ToList();
        var width = list.Max(row => row.Name.Length);
        return string.Concat(list.Select(row => $"  {row.Name.PadRight(width)}   {row.Description}".TrimEnd() + "\n"));
    }
}
