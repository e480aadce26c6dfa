using System.CommandLine;
using Cli.Config.Environments;
using Cli.Config.Yaml;
using Cli.Invocation;

namespace Cli.Config;

internal static class ConfigSetAllCommand
{
    public static PulumiCommand Create(Machine machine)
    {
        var flags = new ConfigFlags();
        var path = ConfigFlags.Path("Parse the keys as paths in a map or list rather than raw strings");
        var plaintext = new Option<string[]>("--plaintext") { Description = "A key=value pair to save as plaintext (unencrypted)" };
        var secret = new Option<string[]>("--secret") { Description = "A key=value pair to encrypt" };
        var json = new Option<string?>("--json") { Description = "All values, in the form that `pulumi config --json` prints" };
        var command = new PulumiCommand("set-all", "Set multiple configuration values")
        {
            Explanation =
                "Set several configuration values at once.\n\n"
                + "Each pair follows a flag that says whether it is encrypted:\n\n"
                + "  - `pulumi config set-all --secret key1=value1 --plaintext key2=value2`\n\n"
                + "With --path the keys may lead into maps and lists. With --json the values are those that `pulumi config --json\n"
                + "--show-secrets` printed of another stack.",
        };
        flags.AddTo(command);
        foreach (var option in new Option[] { path, plaintext, secret, json })
        {
            command.Add(option);
        }
        return command.Runs(
            machine,
            async (session, parse, ct) =>
            {
                var (plain, hidden) = (parse.GetValue(plaintext) ?? [], parse.GetValue(secret) ?? []);
                var text = parse.GetValue(json);
                var isPath = parse.GetValue(path);
                if (!string.IsNullOrEmpty(text) && (plain.Length > 0 || hidden.Length > 0 || isPath))
                {
                    throw new UserErrorException("the --json option cannot be used with the --plaintext, --secret or --path options");
                }
                await using var work = await flags.Open(session, parse, ct);
                StackEnvironments.RefuseRemote(work, "set-all", StackEnvironments.Edit);
                return string.IsNullOrEmpty(text)
                    ? await Run(
                        work,
                        [
                            .. plain.Select(pair => Pair(work, pair, isPath, false)),
                            .. hidden.Select(pair => Pair(work, pair, isPath, true)),
                        ],
                        ct
                    )
                    : await Run(
                        work,
                        [.. ConfigJson.Read(text).Select(entry => (work.Parse(entry.Key, false), entry.Value, entry.Secret))],
                        ct
                    );
            }
        );
    }

    private static async Task<int> Run(
        ConfigWork work,
        IReadOnlyList<(ConfigPlace Place, YamlValue Value, bool Secret)> values,
        CancellationToken ct
    )
    {
        var secrets = values.Where(entry => entry.Secret).Select(entry => ConfigValue.Text(entry.Value)).ToList();
        var encrypted = new Queue<YamlValue>(await work.Encrypted(secrets, ct));
        var stored = values.Select(entry => (entry.Place, Value: entry.Secret ? encrypted.Dequeue() : entry.Value)).ToList();
        work.Save(config => stored.Aggregate(config, (changed, entry) => changed.Set(entry.Place, entry.Value)));
        return 0;
    }

    private static (ConfigPlace, YamlValue, bool) Pair(ConfigWork work, string text, bool isPath, bool secret)
    {
        var equals = text.IndexOf('=');
        if (equals < 0)
        {
            throw new UserErrorException("config value must be in the form [key]=[value]");
        }
        var place = work.Parse(text[..equals], isPath);
        var value = text[(equals + 1)..];
        return (place, secret ? YamlValue.Of(value) : ConfigType.Of(value, type: null, isInside: !place.IsWhole), secret);
    }
}
