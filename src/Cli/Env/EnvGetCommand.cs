using System.CommandLine;
using System.Text.Json.Nodes;
using Cli.Config;
using Cli.Config.Yaml;
using Cli.Invocation;

namespace Cli.Env;

/// <summary>The definition and what it is worth, without opening the environment.</summary>
internal static class EnvGetCommand
{
    public static PulumiCommand Create(Machine machine)
    {
        var definition = new Option<bool>("--definition") { Description = "Print the definition only" };
        var value = new Option<string?>("--value") { Description = "Print the value only, as " + EnvironmentPlain.Formats };
        var secrets = new Option<bool>("--show-secrets") { Description = "Show secret values instead of hiding them" };
        return EnvironmentParts.Command(
            machine,
            "get",
            "Print an environment's definition or one value",
            EnvCommand.OneEnvironment + "[@<version>] <path>",
            (0, 1),
            (work, environment, rest, parse, ct) =>
            {
                ConfigFlags.RequireOne(parse, definition, value);
                var wanted = new Wanted(
                    rest.Length > 0 ? PropertyPath.Parse(rest[0]) : [],
                    parse.GetValue(definition),
                    parse.GetValue(value) is { Length: > 0 } format ? format : null,
                    parse.GetValue(secrets)
                );
                return Run(work, environment, wanted, ct);
            },
            definition,
            value,
            secrets
        );
    }

    private static async Task<int> Run(EnvironmentWork work, EnvironmentName environment, Wanted wanted, CancellationToken ct)
    {
        var text = (await work.Client.Definition(environment, wanted.ShowSecrets, ct)).Text;
        var shown = wanted.Path.Count == 0 ? text : Part(text, wanted.Path);
        if (wanted.DefinitionOnly)
        {
            await work.Session.Out.WriteAsync(Whole(shown ?? throw Missing(wanted)));
            return 0;
        }
        // A definition with ciphertexts can only be evaluated where it is stored.
        var evaluated = await work.Client.CheckYaml(environment.Organization, Importing(environment), wanted.ShowSecrets, ct);
        foreach (var diagnostic in evaluated.Diagnostics ?? [])
        {
            work.Session.Warn(EnvironmentProblems.Line(diagnostic));
        }
        if (!EnvironmentPlain.Find(EnvironmentPlain.All(evaluated, hide: !wanted.ShowSecrets), wanted.Path, out var value))
        {
            throw Missing(wanted);
        }
        await work.Session.Out.WriteAsync(wanted.Format is { } format ? EnvironmentPlain.Write(value, format) : Both(value, shown));
        return 0;
    }

    /// <summary>A document that is worth what the environment is.</summary>
    public static string Importing(EnvironmentName environment) =>
        new JsonObject { ["imports"] = new JsonArray(JsonValue.Create(environment.Reference)) }.ToJsonString();

    private static string Both(JsonNode? value, string? definition) =>
        $"# Value\n```json\n{EnvironmentPlain.Write(value, "json")}```\n"
        + (definition is { Length: > 0 } ? $"# Definition\n```yaml\n{Whole(definition)}```\n" : "");

    /// <returns>Null where the definition itself has no such value.</returns>
    private static string? Part(string text, IReadOnlyList<PathStep> path) =>
        YamlText.Parse(text).Value.Find(["values", .. path]) is { } value ? EnvironmentPlain.Write(ConfigValue.Json(value), "yaml") : null;

    private static string Whole(string text) => text.Length == 0 || text.EndsWith('\n') ? text : text + "\n";

    private static UserErrorException Missing(Wanted wanted) => new($"the environment has no value at {Text(wanted.Path)}");

    private static string Text(IEnumerable<PathStep> path) => string.Join('.', path.Select(s => s.Name ?? $"[{s.Index}]"));

    private sealed record Wanted(IReadOnlyList<PathStep> Path, bool DefinitionOnly, string? Format, bool ShowSecrets);
}
