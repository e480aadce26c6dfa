using System.CommandLine;

namespace Cli.Invocation;

/// <summary>
/// A command line, read by the rules of the stock CLI's parser. System.CommandLine reads some lines differently (an unknown flag becomes an
/// argument, a switch swallows a following <c>false</c>, <c>@file</c> is expanded), so it is given <see cref="ForParser"/>: the same line in
/// a form that leaves nothing to interpret.
/// </summary>
internal sealed class CommandLine
{
    private readonly Dictionary<Option, List<string>> values = [];
    private readonly List<string> arguments = [];

    private CommandLine(PulumiCommand command) => Command = command;

    public PulumiCommand Command { get; }
    public IReadOnlyList<string> Arguments => arguments;

    public bool Has(Option option) => values.ContainsKey(option);

    public bool IsOn(Option<bool> option) => values.TryGetValue(option, out var given) && Switch.Parse(given[^1]) == true;

    public void Set(Option option, string value) => values[option] = [value];

    /// <summary>Finds the command first, then reads the flags with what that command knows.</summary>
    public static CommandLine Read(PulumiCommand root, IReadOnlyList<string> words)
    {
        var (command, rest) = Find(root, words);
        var line = new CommandLine(command);
        if (command.TakesAnything)
        {
            line.arguments.AddRange(rest);
            return line;
        }
        var flags = FlagSet.Of(command);
        for (var i = 0; i < rest.Count; i++)
        {
            var word = rest[i];
            if (word is "--")
            {
                line.arguments.AddRange(rest.Skip(i + 1));
                break;
            }
            if (word.StartsWith("--", StringComparison.Ordinal))
            {
                line.Long(flags, word, rest, ref i);
            }
            else if (word.Length > 1 && word[0] == '-')
            {
                line.Short(flags, word, rest, ref i);
            }
            else
            {
                line.arguments.Add(word);
            }
        }
        return line;
    }

    /// <summary>Global flags, path, the command's flags each joined to its value, and the arguments where no flag is looked for.</summary>
    public IReadOnlyList<string> ForParser()
    {
        var path = Command.PathOf().Split(' ').Skip(1);
        return [.. Joined(global: true), .. path, .. Joined(global: false), "--", .. arguments];
    }

    private IEnumerable<string> Joined(bool global) =>
        values
            .Where(given => GlobalFlags.All.Contains(given.Key) == global)
            .SelectMany(given => given.Value.Select(value => $"{given.Key.Name}={value}"));

    /// <summary>Walks the names, stepping over flags. A flag that is not known yet is taken to have a value, as in the stock CLI.</summary>
    private static (PulumiCommand Command, List<string> Words) Find(PulumiCommand root, IReadOnlyList<string> words)
    {
        var command = root;
        var rest = new List<string>();
        for (var i = 0; i < words.Count; i++)
        {
            var word = words[i];
            if (word is "--" || command.TakesAnything)
            {
                return (command, [.. rest, .. words.Skip(i)]);
            }
            rest.Add(word);
            if (word.Length > 1 && word[0] == '-')
            {
                if (FlagSet.Of(command).TakesNextWord(word) && i + 1 < words.Count)
                {
                    rest.Add(words[++i]);
                }
                continue;
            }
            if (command.Child(word) is not { } child)
            {
                return (command, [.. rest, .. words.Skip(i + 1)]);
            }
            rest.RemoveAt(rest.Count - 1);
            command = child;
        }
        return (command, rest);
    }

    private void Long(FlagSet flags, string word, List<string> rest, ref int i)
    {
        var equals = word.IndexOf('=');
        var name = equals < 0 ? word : word[..equals];
        var option = flags.Find(name) ?? throw new UserErrorException($"unknown flag: {name}");
        if (equals >= 0)
        {
            Add(option, word[(equals + 1)..]);
        }
        else if (FlagSet.IsSwitch(option))
        {
            Add(option, "true");
        }
        else if (i + 1 < rest.Count)
        {
            Add(option, rest[++i]);
        }
        else
        {
            throw new UserErrorException($"flag needs an argument: {name}");
        }
    }

    /// <summary>One dash: letters of switches in a row, the last of them perhaps with a value (<c>-jc=x</c>, <c>-cx</c>, <c>-c x</c>).</summary>
    private void Short(FlagSet flags, string word, List<string> rest, ref int i)
    {
        for (var letter = 1; letter < word.Length; letter++)
        {
            var option =
                flags.Find("-" + word[letter]) ?? throw new UserErrorException($"unknown shorthand flag: '{word[letter]}' in {word}");
            var tail = word[(letter + 1)..];
            if (tail.StartsWith('='))
            {
                Add(option, tail[1..]);
                return;
            }
            if (FlagSet.IsSwitch(option))
            {
                Add(option, "true");
                continue;
            }
            if (tail.Length == 0 && i + 1 >= rest.Count)
            {
                throw new UserErrorException($"flag needs an argument: '{word[letter]}' in {word}");
            }
            Add(option, tail.Length > 0 ? tail : rest[++i]);
            return;
        }
    }

    private void Add(Option option, string value)
    {
        var checkedValue = FlagValue.Check(option, value);
        if (!values.TryGetValue(option, out var list) || !FlagSet.IsRepeatable(option))
        {
            values[option] = list = [];
        }
        list.Add(checkedValue);
    }
}
