using System.CommandLine;
using Cli.Config.Environments;
using Cli.Config.Yaml;
using Cli.Invocation;

namespace Cli.Config;

internal static class ConfigCopyCommand
{
    public static PulumiCommand Create(Machine machine)
    {
        var flags = new ConfigFlags();
        var key = new Argument<string?>("key") { Arity = ArgumentArity.ZeroOrOne };
        var path = ConfigFlags.Path("The key contains a path to a property in a map or list to copy");
        var destination = new Option<string?>("--dest", "-d") { Description = "The name of the stack to copy to" };
        var command = new PulumiCommand("copy", "Copy config to another stack")
        {
            Explanation =
                "Copy one configuration value, or all of them, to another stack of the project.\n\n"
                + "Secrets are encrypted anew, for the other stack.",
            ArgumentNames = "[key]",
            MostArguments = 1,
        };
        command.Aliases.Add("cp");
        command.Add(key);
        flags.AddTo(command);
        command.Add(path);
        command.Add(destination);
        return command.Runs(
            machine,
            async (session, parse, ct) =>
            {
                await using var work = await flags.Open(session, parse, ct);
                return await Run(work, parse.GetValue(key), parse.GetValue(path), parse.GetValue(destination), ct);
            }
        );
    }

    private static async Task<int> Run(ConfigWork work, string? key, bool isPath, string? destination, CancellationToken ct)
    {
        var target = ConfigWork.Of(work.Place, await work.Place.Require(destination, ct));
        if (target.Stack == work.Stack)
        {
            throw new UserErrorException("current stack and destination stack are the same");
        }
        StackEnvironments.RefuseRemote(target, "cp", StackEnvironments.Edit);
        var values = key is null
            ? [.. work.Config.Values.Select(pair => (new ConfigPlace(pair.Key, [], ""), pair.Value))]
            : Single(work, work.Parse(key, isPath));
        var copies = await Reencrypted(work, target, [.. values.Select(entry => entry.Item2)], ct);
        target.Save(config =>
        {
            var changed = values.Zip(copies).Aggregate(config, (changed, pair) => changed.Set(pair.First.Item1, pair.Second));
            return key is null ? changed.CopyEnvironment(work.Config) : changed;
        });
        return 0;
    }

    private static IReadOnlyList<(ConfigPlace, YamlValue)> Single(ConfigWork work, ConfigPlace place) =>
        work.Config.Find(place.Key)?.Find([.. place.Inside]) is { } value
            ? [(place, value)]
            : throw new UserErrorException(
                $"configuration key '{(place.IsWhole ? place.Key.Show(work.Project.Name) : place.Written)}' not found for stack '{work.StackShown}'"
            );

    private static async Task<IReadOnlyList<YamlValue>> Reencrypted(
        ConfigWork from,
        ConfigWork to,
        IReadOnlyList<YamlValue> values,
        CancellationToken ct
    )
    {
        var ciphertexts = values.SelectMany(ConfigValue.Ciphertexts).Distinct(StringComparer.Ordinal).ToList();
        var plaintexts = await from.Decrypted([.. ciphertexts.Select(ConfigValue.Secret)], ct);
        var secrets = await to.Encrypted([.. plaintexts.Select(ConfigValue.Text)], ct);
        var known = ciphertexts.Zip(secrets).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal);
        return [.. values.Select(value => ConfigValue.Replaced(value, text => known[text]))];
    }
}
