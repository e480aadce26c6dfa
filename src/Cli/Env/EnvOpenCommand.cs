using System.CommandLine;
using Cli.Config;
using Cli.Invocation;

namespace Cli.Env;

internal static class EnvOpenCommand
{
    public static PulumiCommand Create(Machine machine)
    {
        var lifetime = Lifetime();
        var format = new Option<string>("--format", "-f")
        {
            Description = "The output format: " + EnvironmentPlain.Formats,
            DefaultValueFactory = _ => "json",
        };
        return EnvironmentParts.Command(
            machine,
            "open",
            "Resolve an environment and print what it is worth",
            EnvCommand.OneEnvironment + "[@<version>] [property path]",
            (0, 1),
            async (work, environment, rest, parse, ct) =>
            {
                var opened = await work.Client.Open(environment, Parse(parse.GetValue(lifetime)!), ct);
                if (!EnvironmentPlain.Find(EnvironmentPlain.All(opened), rest.Length > 0 ? PropertyPath.Parse(rest[0]) : [], out var value))
                {
                    throw new UserErrorException($"the environment has no value at {rest[0]}");
                }
                await work.Session.Out.WriteAsync(EnvironmentPlain.Write(value, parse.GetValue(format)!));
                return 0;
            },
            lifetime,
            format,
            EnvironmentParts.Draft()
        );
    }

    internal static Option<string> Lifetime() =>
        new("--lifetime", "-l") { Description = "How long what is opened may be read, such as 2h", DefaultValueFactory = _ => "2h" };

    /// <summary>Hours, minutes and seconds as Go writes them.</summary>
    internal static TimeSpan Parse(string text)
    {
        var (total, number) = (TimeSpan.Zero, "");
        foreach (var character in text)
        {
            if (char.IsAsciiDigit(character) && number.Length < 6)
            {
                number += character;
                continue;
            }
            var unit = character switch
            {
                'h' => 3600,
                'm' => 60,
                's' => 1,
                _ => 0,
            };
            if (unit == 0 || number.Length == 0)
            {
                throw Invalid(text);
            }
            total += TimeSpan.FromSeconds(unit * int.Parse(number, System.Globalization.CultureInfo.InvariantCulture));
            number = "";
        }
        return number.Length == 0 && total > TimeSpan.Zero ? total : throw Invalid(text);
    }

    private static UserErrorException Invalid(string text) => new($"invalid lifetime \"{text}\"; use one like 2h or 1h30m");
}
