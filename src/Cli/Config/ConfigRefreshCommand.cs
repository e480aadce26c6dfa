using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cli.Backends;
using Cli.Config.Environments;
using Cli.Config.Yaml;
using Cli.Invocation;
using Cli.State;
using Cli.Storage;

namespace Cli.Config;

internal static class ConfigRefreshCommand
{
    public static PulumiCommand Create(Machine machine)
    {
        var flags = new ConfigFlags();
        var force = new Option<bool>("--force", "-f") { Description = "Overwrite the configuration file without keeping a copy of it" };
        var command = new PulumiCommand("refresh", "Update the local configuration based on the most recent deployment of the stack")
        {
            Explanation =
                "Make the stack's configuration file say what the last deployment of the stack was made with.\n\n"
                + "Unless --force is given, a file that would be changed is kept as a copy with .bak at the end of its name.",
        };
        flags.AddTo(command);
        command.Add(force);
        return command.Runs(
            machine,
            async (session, parse, ct) =>
            {
                await using var work = await flags.Open(session, parse, ct);
                return await Run(work, parse.GetValue(force), ct);
            }
        );
    }

    private static async Task<int> Run(ConfigWork work, bool force, CancellationToken ct)
    {
        StackEnvironments.RefuseRemote(work, "refresh", StackEnvironments.Edit);
        var last = await work.Place.Backend.Latest(work.Stack, ct) ?? throw new UserErrorException("no previous deployment");
        var values = last.Config.Select(pair => KeyValuePair.Create(ConfigKey.OfFile(pair.Key), ValueOf(pair.Value))).ToList();
        var environments = EnvironmentsOf(last);
        if (last.Config.Values.Any(value => value.Secret))
        {
            await RestoreProvider(work, ct);
        }
        if (!force && File.Exists(work.File.Path))
        {
            await work.Session.Out.WriteLineAsync($"backed up existing configuration file to {BackUp(work.File.Path)}");
        }
        work.Save(config => environments is null ? config.SetAll(values) : config.SetAll(values).SetEnvironments(environments));
        await work.Session.Out.WriteLineAsync($"refreshed configuration for stack '{work.StackShown}'");
        return 0;
    }

    private static YamlValue ValueOf(PastConfig value) =>
        value.IsObject ? ConfigValue.OfJson(GoJson.Parse(System.Text.Encoding.UTF8.GetBytes(value.Text)))
        : value.Secret ? ConfigValue.Secret(value.Text)
        : YamlValue.Of(value.Text);

    /// <summary>The ciphertexts are of the provider that the state names.</summary>
    private static async Task RestoreProvider(ConfigWork work, CancellationToken ct)
    {
        var state = Deployment.Read(await work.Place.Backend.Export(work.Stack, null, ct), work.StackShown);
        if (state?.SecretsProvider is { } description)
        {
            work.Record(work.Place.Secrets.OfState(description, work.StackShown));
        }
    }

    /// <returns>Null where the deployment does not tell.</returns>
    private static IReadOnlyList<string>? EnvironmentsOf(PastUpdate update)
    {
        try
        {
            return update.Environment.TryGetValue("stack.environments", out var text) && JsonNode.Parse(text) is JsonArray list
                ? [.. list.Select(entry => entry?["id"]?.GetValue<string>()).OfType<string>()]
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string BackUp(string path)
    {
        var copy = path + ".bak";
        while (File.Exists(copy))
        {
            copy += ".bak";
        }
        File.Copy(path, copy);
        return copy;
    }
}
