using System.CommandLine;
using Cli.Config.Environments;
using Cli.Invocation;

namespace Cli.Config;

internal static class ConfigSetCommand
{
    public static PulumiCommand Create(Machine machine)
    {
        var flags = new ConfigFlags();
        var key = new Argument<string>("key");
        var value = new Argument<string?>("value") { Arity = ArgumentArity.ZeroOrOne };
        var path = ConfigFlags.Path("The key contains a path to a property in a map or list to set");
        var plaintext = new Option<bool>("--plaintext") { Description = "Save the value as plaintext (unencrypted)" };
        var secret = new Option<bool>("--secret") { Description = "Encrypt the value instead of storing it in plaintext" };
        var type = new Option<string?>("--type") { Description = "Save the value as this type: string, bool, int or float" };
        var raw = new Option<bool>("--raw") { Description = "Keep a newline at the end of what is read from standard input" };
        var command = new PulumiCommand("set", "Set configuration value")
        {
            Explanation =
                "Set a configuration value.\n\n"
                + "A value that is not on the command line is read from standard input, or asked for on a terminal.\n\n"
                + "With --path the key may lead into a map or list, which is made where it lacks:\n\n"
                + "  - `pulumi config set --path 'names[0]' a` makes `names` a list with the element `a`\n"
                + "  - `pulumi config set --path parent.nested value` makes `parent` a map with the member `nested`\n"
                + "  - `pulumi config set --path '[\"parent.name\"][\"nested.name\"]' value` does so for names with dots\n\n"
                + "Inside of maps and lists, true and false are truth values, and whole numbers are numbers.",
            ArgumentNames = "<key> [value]",
            FewestArguments = 1,
            MostArguments = 2,
        };
        command.Add(key);
        command.Add(value);
        flags.AddTo(command);
        foreach (var option in new Option[] { path, plaintext, secret, type, raw })
        {
            command.Add(option);
        }
        return command.Runs(
            machine,
            async (session, parse, ct) =>
            {
                ConfigFlags.RequireOne(parse, secret, plaintext, type);
                var wishes = new SetWishes(parse.GetValue(secret), parse.GetValue(plaintext), parse.GetValue(type), parse.GetValue(raw));
                await using var work = await flags.Open(session, parse, ct);
                return await Run(work, work.Parse(parse.GetValue(key)!, parse.GetValue(path)), parse.GetValue(value), wishes, ct);
            }
        );
    }

    private static async Task<int> Run(ConfigWork work, ConfigPlace place, string? given, SetWishes wishes, CancellationToken ct)
    {
        StackEnvironments.RefuseRemote(work, "set", name => $"set {name} pulumiConfig.{place.Written} <value>");
        var text = given ?? await Ask(work.Session, wishes, ct);
        if (!wishes.Secret && !wishes.Plaintext && SecretLooks.Like(place.Key, text))
        {
            throw new UserErrorException(
                $"config value for '{place.Key}' looks like a secret; rerun with --secret to encrypt it, "
                    + "or --plaintext if you meant to store in plaintext"
            );
        }
        var value = wishes.Secret ? (await work.Encrypted([text], ct))[0] : ConfigType.Of(text, wishes.Type, isInside: !place.IsWhole);
        work.Save(config => config.Set(place, value));
        return 0;
    }

    private static async Task<string> Ask(Session session, SetWishes wishes, CancellationToken ct)
    {
        var terminal = session.Machine.Terminal;
        if (!terminal.InIsTerminal)
        {
            var piped = await terminal.In.ReadToEndAsync(ct);
            return wishes.Raw ? piped
                : piped.EndsWith("\r\n", StringComparison.Ordinal) ? piped[..^2]
                : piped.EndsWith('\n') ? piped[..^1]
                : piped;
        }
        return session.Interactive
            ? await terminal.ReadLine("value: ", wishes.Secret, ct) ?? throw new UserErrorException("no value was entered")
            : throw new UserErrorException("config value must be specified in non-interactive mode");
    }

    /// <param name="Raw">A newline at the end of piped text is part of it.</param>
    private sealed record SetWishes(bool Secret, bool Plaintext, string? Type, bool Raw);
}
