using System.CommandLine;
using Cli.Config;
using Cli.Config.Yaml;
using Cli.Invocation;

namespace Cli.Env;

/// <summary>Two definitions, line by line.</summary>
internal static class EnvDiffCommand
{
    public static PulumiCommand Create(Machine machine)
    {
        var secrets = new Option<bool>("--show-secrets") { Description = "Show secret values instead of their ciphertexts" };
        var path = new Option<string?>("--path") { Description = "Compare the value at this path only" };
        var format = new Option<string?>("--format", "-f") { Description = "The form of the output: lines" };
        return EnvironmentParts.Command(
            machine,
            "diff",
            "Compare two versions of an environment",
            EnvCommand.OneEnvironment + "[@<version>] [[[org-name/][<project-name>/]<environment-name>]@<version>]",
            (0, 1),
            async (work, environment, rest, parse, ct) =>
            {
                if (parse.GetValue(format) is { Length: > 0 } form and not "lines")
                {
                    throw new UserErrorException($"unknown output format \"{form}\"; a difference is printed as lines");
                }
                var other =
                    rest.Length == 0 ? environment with { Version = null }
                    : rest[0] is ['@', .. var version] ? environment with { Version = version }
                    : await work.Existing(rest[0], ct);
                var steps = parse.GetValue(path) is { Length: > 0 } text ? PropertyPath.Parse(text) : [];
                var (one, two) = (
                    await Lines(work, environment, parse.GetValue(secrets), steps, ct),
                    await Lines(work, other, parse.GetValue(secrets), steps, ct)
                );
                foreach (var line in LineDiff.Of(one, two))
                {
                    await work.Session.Out.WriteLineAsync(line);
                }
                return 0;
            },
            secrets,
            path,
            format
        );
    }

    private static async Task<string[]> Lines(
        EnvironmentWork work,
        EnvironmentName environment,
        bool secrets,
        IReadOnlyList<PathStep> path,
        CancellationToken ct
    )
    {
        var text = (await work.Client.Definition(environment, secrets, ct)).Text;
        if (path.Count > 0)
        {
            text = YamlText.Parse(text).Value.Find(["values", .. path]) is { } value
                ? EnvironmentPlain.Write(ConfigValue.Json(value), "yaml")
                : "";
        }
        return text.TrimEnd('\n').Split('\n');
    }
}
