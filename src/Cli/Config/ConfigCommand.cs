using System.CommandLine;
using System.Text.Json.Nodes;
using Cli.Config.Environments;
using Cli.Config.Yaml;
using Cli.Display;
using Cli.Invocation;
using Cli.Stack;
using Cli.Storage;

namespace Cli.Config;

internal static class ConfigCommand
{
    public static PulumiCommand Create(Machine machine)
    {
        var flags = new ConfigFlags();
        var show = StackOptions.ShowSecrets("Show secret values instead of hiding them");
        var open = new Option<bool>("--open") { Description = "Resolve the stack's environments" };
        var json = new Option<bool>("--json", "-j") { Description = "Emit output as JSON" };
        var command = new PulumiCommand("config", "Manage configuration")
        {
            Explanation =
                "List all configuration values of a stack.\n\n"
                + "To add a value, run `pulumi config set`; to remove one, `pulumi config rm`; to read one in clear, `pulumi config get`.",
            Group = StackOptions.Group,
        };
        flags.AddTo(command);
        foreach (var option in new[] { show, open, json })
        {
            command.Add(option);
        }
        foreach (var child in Children(machine))
        {
            command.Add(child);
        }
        return command.Runs(
            machine,
            async (session, parse, ct) =>
            {
                await using var work = await flags.Open(session, parse, ct);
                var shown = new Shown(
                    parse.GetValue(show),
                    parse.GetResult(open) is { Implicit: false } ? parse.GetValue(open) : parse.GetValue(show),
                    parse.GetValue(json)
                );
                return await Run(work, shown, ct);
            }
        );
    }

    private static IEnumerable<PulumiCommand> Children(Machine machine) =>
        [
            ConfigCopyCommand.Create(machine),
            ConfigEnvironmentCommand.Create(machine),
            ConfigGetCommand.Create(machine),
            ConfigRefreshCommand.Create(machine),
            ConfigRemoveCommand.Create(machine),
            ConfigRemoveAllCommand.Create(machine),
            ConfigSetCommand.Create(machine),
            ConfigSetAllCommand.Create(machine),
        ];

    /// <param name="Open">Open the stack's environments instead of only checking them.</param>
    private sealed record Shown(bool Secrets, bool Open, bool Json);

    private static async Task<int> Run(ConfigWork work, Shown wanted, CancellationToken ct)
    {
        var environment = await work.TakeEnvironments(wanted.Open, ct);
        var values = work.Values().ToList();
        var shown = wanted.Secrets ? await work.Decrypted([.. values.Select(pair => pair.Value)], ct) : null;
        var rows = values.Select((pair, i) => new Row(pair.Key, pair.Value, shown?[i])).ToList();
        await work.Session.Out.WriteAsync(wanted.Json ? Json(rows) : Text(rows, work.Project.Name));
        if (environment is not null && !wanted.Json)
        {
            await work.Session.Out.WriteAsync(await EnvironmentText.Of(work, environment, wanted.Secrets, ct));
        }
        return 0;
    }

    private static string Text(IEnumerable<Row> rows, string project)
    {
        var table = new Table("KEY", "VALUE");
        foreach (var row in rows)
        {
            var value = row.Shown ?? ConfigValue.Replaced(row.Stored, _ => YamlValue.Of(ConfigValue.Hidden));
            table.Add(row.Key.Show(project), ConfigValue.Text(value));
        }
        return table.Text();
    }

    private static string Json(IEnumerable<Row> rows)
    {
        var members = rows.ToDictionary(
            row => row.Key.ToString(),
            row => ConfigJson.Of(row.Stored, row.Shown ?? (ConfigValue.HasSecrets(row.Stored) ? null : row.Stored)),
            StringComparer.Ordinal
        );
        var sorted = new JsonObject(
            members
                .OrderBy(member => member.Key, StringComparer.Ordinal)
                .Select(member => KeyValuePair.Create(member.Key, (JsonNode?)member.Value))
        );
        return GoJson.Write(sorted, indent: 2, escapeHtml: false) + "\n";
    }

    /// <param name="Stored">With its ciphertexts.</param>
    /// <param name="Shown">Decrypted; null where secrets are not to be shown.</param>
    private sealed record Row(ConfigKey Key, YamlValue Stored, YamlValue? Shown);
}
