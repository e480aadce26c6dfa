using System.CommandLine;
using Cli.Config.Yaml;
using Cli.Invocation;
using Cli.Storage;

namespace Cli.Config;

internal static class ConfigGetCommand
{
    public static PulumiCommand Create(Machine machine)
    {
        var flags = new ConfigFlags();
        var key = new Argument<string>("key");
        var json = new Option<bool>("--json", "-j") { Description = "Emit output as JSON" };
        var open = new Option<bool>("--open") { Description = "Resolve the stack's environments", DefaultValueFactory = _ => true };
        var path = ConfigFlags.Path("The key contains a path to a property in a map or list to get");
        var command = new PulumiCommand("get", "Get a single configuration value")
        {
            Explanation =
                "Get a single configuration value, decrypted if it is a secret.\n\n"
                + "With --path the key may lead into a map or list:\n\n"
                + "  - `pulumi config get --path outer.inner` is the member `inner` of the map `outer`\n"
                + "  - `pulumi config get --path 'names[0]'` is the first element of the list `names`",
            ArgumentNames = "<key>",
            FewestArguments = 1,
            MostArguments = 1,
        };
        command.Add(key);
        flags.AddTo(command);
        foreach (var option in new[] { json, open, path })
        {
            command.Add(option);
        }
        return command.Runs(
            machine,
            async (session, parse, ct) =>
            {
                await using var work = await flags.Open(session, parse, ct);
                await work.TakeEnvironments(parse.GetValue(open), ct);
                return await Run(work, work.Parse(parse.GetValue(key)!, parse.GetValue(path)), parse.GetValue(json), ct);
            }
        );
    }

    private static async Task<int> Run(ConfigWork work, ConfigPlace place, bool json, CancellationToken ct)
    {
        var stored = Find(work, place);
        var shown = await work.Decrypted(stored, ct);
        await work.Session.Out.WriteAsync(
            (json ? GoJson.Write(ConfigJson.Of(stored, shown), indent: 2, escapeHtml: false) : ConfigValue.Text(shown)) + "\n"
        );
        return 0;
    }

    private static YamlValue Find(ConfigWork work, ConfigPlace place)
    {
        var whole = work.Values().GetValueOrDefault(place.Key);
        var throughSecret =
            !place.IsWhole && whole?.Find([.. place.Inside.SkipLast(1)]) is { } holder && ConfigValue.CiphertextOf(holder) is not null;
        if (!throughSecret && whole?.Find([.. place.Inside]) is { } value)
        {
            return value;
        }
        throw new UserErrorException($"configuration key '{ShownKey(work, place)}' not found for stack '{work.StackShown}'");
    }

    private static string ShownKey(ConfigWork work, ConfigPlace place) => place.IsWhole ? place.Key.Show(work.Project.Name) : place.Written;
}
