namespace Cli.Invocation;

/// <summary>Commands that somebody may have meant, from the whole tree.</summary>
internal static class Suggestions
{
    private const int Most = 3;
    private const int FarthestEdit = 2;

    public static UserErrorException UnknownCommand(PulumiCommand root, PulumiCommand command, string word)
    {
        var near = For(root, word);
        var meant = near.Count == 0 ? "" : $"Did you mean this?\n{string.Concat(near.Select(name => $"\t{name}\n"))}\n";
        return new UserErrorException(
            $"unknown command \"{word}\" for \"{command.PathOf()}\"\n\n{meant}Run '{command.PathOf()} --help' for usage."
        );
    }

    private static List<string> For(PulumiCommand root, string word) =>
        [
            .. Tree(root)
                .Select(command => (Path: command.PathOf()["pulumi ".Length..], Distance: Nearest(command, word)))
                .Where(candidate => candidate.Distance <= FarthestEdit)
                .OrderBy(candidate => candidate.Distance)
                .ThenBy(candidate => candidate.Path, StringComparer.Ordinal)
                .Take(Most)
                .Select(candidate => candidate.Path),
        ];

    private static IEnumerable<PulumiCommand> Tree(PulumiCommand command) =>
        command.Commands.Where(child => !child.Hidden).SelectMany(child => Tree(child).Prepend(child));

    private static int Nearest(PulumiCommand command, string word) =>
        command
            .Aliases.Prepend(command.Name)
            .Min(name =>
                name.StartsWith(word, StringComparison.OrdinalIgnoreCase)
                    ? 0
                    : EditDistance.Of(name.ToLowerInvariant(), word.ToLowerInvariant())
            );
}
