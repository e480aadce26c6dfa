using System.CommandLine;

namespace Cli.Invocation;

/// <summary>The flags that may stand on a command's line: its own, then the global ones that it does not redefine.</summary>
internal sealed class FlagSet
{
    private readonly Dictionary<string, Option> byName = new(StringComparer.Ordinal);

    public static FlagSet Of(PulumiCommand command)
    {
        command.Unfold();
        var flags = new FlagSet();
        foreach (var option in command.Options.Concat(GlobalFlags.All).Append(GlobalFlags.Help))
        {
            foreach (var name in option.Aliases.Prepend(option.Name))
            {
                flags.byName.TryAdd(name, option);
            }
        }
        return flags;
    }

    public Option? Find(string name) => byName.GetValueOrDefault(name);

    public IEnumerable<Option> All => byName.Values.Distinct();

    public bool TakesNextWord(string word)
    {
        if (word.Contains('='))
        {
            return false;
        }
        if (word.StartsWith("--", StringComparison.Ordinal))
        {
            return Find(word) is not { } option || !IsSwitch(option);
        }
        return word.Length == 2 && (Find(word) is not { } letter || !IsSwitch(letter));
    }

    public static bool IsSwitch(Option option) => option.ValueType == typeof(bool);

    public static bool IsRepeatable(Option option) => option.Arity.MaximumNumberOfValues > 1;
}
