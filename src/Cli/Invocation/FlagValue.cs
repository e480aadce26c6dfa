using System.CommandLine;
using System.CommandLine.Completions;
using System.Globalization;

namespace Cli.Invocation;

/// <summary>Checks what was given to a flag, in the stock CLI's words.</summary>
internal static class FlagValue
{
    /// <returns>The value in the form that the parser reads.</returns>
    public static string Check(Option option, string value)
    {
        if (option.ValueType == typeof(bool))
        {
            return Switch.Parse(value) switch
            {
                true => "true",
                false => "false",
                null => throw Invalid(option, value, $"strconv.ParseBool: parsing \"{value}\": invalid syntax"),
            };
        }
        if (option.ValueType == typeof(int) && !int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _))
        {
            throw Invalid(option, value, $"strconv.ParseInt: parsing \"{value}\": invalid syntax");
        }
        if (
            option.Name.Equals("--output", StringComparison.Ordinal)
            && Candidates(option) is { Count: > 0 } known
            && !known.Contains(value)
        )
        {
            throw Invalid(option, value, $"output \"{value}\" not supported, valid values are: {string.Join(" or ", known)}");
        }
        return value;
    }

    /// <summary>The values that an option offers for completion.</summary>
    public static IReadOnlyList<string> Candidates(Option option) =>
        [.. option.CompletionSources.SelectMany(source => source(CompletionContext.Empty)).Select(value => value.Label)];

    private static UserErrorException Invalid(Option option, string value, string reason) =>
        new($"invalid argument \"{value}\" for \"{string.Join(", ", option.Aliases.Append(option.Name))}\" flag: {reason}");
}

internal static class Switch
{
    /// <returns>Null when it is neither.</returns>
    public static bool? Parse(string value) =>
        value switch
        {
            "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
            "0" or "f" or "F" or "false" or "FALSE" or "False" => false,
            _ => null,
        };
}
