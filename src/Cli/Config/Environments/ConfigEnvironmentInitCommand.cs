using System.CommandLine;
using System.Text.Json.Nodes;
using Cli.Config.Yaml;
using Cli.Env;
using Cli.Invocation;
using Cli.Stack;

namespace Cli.Config.Environments;

/// <summary>Makes an environment out of what the stack's file says, and has the stack take it from there.</summary>
internal static class ConfigEnvironmentInitCommand
{
    public static PulumiCommand Create(Machine machine)
    {
        var flags = new ConfigFlags();
        var env = new Option<string?>("--env") { Description = "The name of the environment to create" };
        var keep = new Option<bool>("--keep-config") { Description = "Do not remove the values from the stack's file" };
        var show = StackOptions.ShowSecrets("Show secret values instead of hiding them");
        var yes = StackOptions.Yes("Skip confirmation prompts");
        var command = new PulumiCommand("init", "Create an environment for a stack")
        {
            Explanation = "Make an environment out of the stack's configuration.",
        };
        flags.AddTo(command);
        foreach (var option in new Option[] { env, keep, show, yes })
        {
            command.Add(option);
        }
        return command.Runs(
            machine,
            async (session, parse, ct) =>
            {
                await using var work = await flags.Open(session, parse, ct);
                StackEnvironments.RequireCloud(work);
                StackEnvironments.RefuseRemote(work, "env init", StackEnvironments.Edit);
                ConfigEnvironmentAddCommand.RefuseDefinition(work);
                var change = new EnvironmentListChange(work, parse.GetValue(show), new(session, parse.GetValue(yes)));
                return await Run(work, Name(work, parse.GetValue(env)), parse.GetValue(keep), parse.GetValue(show), change, ct);
            }
        );
    }

    private static EnvironmentName Name(ConfigWork work, string? given) =>
        string.IsNullOrEmpty(given) ? new(work.Stack.Organization, work.Stack.Project, work.Stack.Name)
        : EnvironmentName.Split(given) is ([var project, var name], null) ? new(work.Stack.Organization, project, name)
        : EnvironmentName.Split(given) is ([var only], null) ? new(work.Stack.Organization, work.Stack.Project, only)
        : throw new UserErrorException("--env is [<project-name>/]<environment-name>; it belongs to the stack's organization");

    private static async Task<int> Run(
        ConfigWork work,
        EnvironmentName environment,
        bool keep,
        bool showSecrets,
        EnvironmentListChange change,
        CancellationToken ct
    )
    {
        var stored = work.Config.Values;
        var plain = await work.Decrypted([.. stored.Values], ct);
        var values = stored.Keys.Zip(stored.Values.Zip(plain)).ToList();
        var shown = new JsonObject(
            values.Select(v => KeyValuePair.Create(v.First.ToString(), Written(v.Second.First, showSecrets ? v.Second.Second : null)))
        );
        await work.Session.Out.WriteAsync($"Creating environment {environment.ShortName} for stack {work.Stack.Name}:\n{Text(shown)}");
        if (!await change.IsMeant(ct))
        {
            return 1;
        }
        var definition = new JsonObject(
            values.Select(v => KeyValuePair.Create(v.First.ToString(), Written(v.Second.First, v.Second.Second)))
        );
        var client = StackEnvironments.Client(work);
        await client.Create(environment, ct);
        await client.Update(environment, Text(definition), etag: null, ct);
        work.Save(config =>
        {
            var listed = config.SetEnvironments([.. config.Environments, environment.ShortName]);
            return keep ? listed : listed.SetAll([]);
        });
        return 0;
    }

    private static string Text(JsonObject config) =>
        EnvironmentPlain.Write(new JsonObject { ["values"] = new JsonObject { ["pulumiConfig"] = config } }, "yaml");

    /// <summary>With <c>fn::secret</c> in the place of each secret.</summary>
    /// <param name="plain">Null hides them.</param>
    private static JsonNode? Written(YamlValue stored, YamlValue? plain) =>
        ConfigValue.CiphertextOf(stored) is not null
            ? new JsonObject { ["fn::secret"] = plain is null ? ConfigValue.Hidden : ConfigValue.Text(plain) }
            : (stored, plain) switch
            {
                (YamlMap map, _) => new JsonObject(
                    map.Members.Select(m => KeyValuePair.Create(m.Key, Written(m.Value, (plain as YamlMap)?.Find(m.Key))))
                ),
                (YamlList list, _) => new JsonArray([.. list.Items.Select((item, i) => Written(item, (plain as YamlList)?.Items[i]))]),
                _ => Escaped(ConfigValue.Json(stored)),
            };

    /// <summary>Text that looks like a reference is none.</summary>
    private static JsonNode? Escaped(JsonNode? value) =>
        value is JsonValue text && text.GetValueKind() == System.Text.Json.JsonValueKind.String
            ? JsonValue.Create(text.GetValue<string>().Replace("${", "$${", StringComparison.Ordinal))
            : value;
}
