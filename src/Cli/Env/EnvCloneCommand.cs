using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Cli.Invocation;

namespace Cli.Env;

internal static class EnvCloneCommand
{
    public static PulumiCommand Create(Machine machine)
    {
        var history = new Option<bool>("--preserve-history") { Description = "Copy all revisions, not only the latest" };
        var access = new Option<bool>("--preserve-access") { Description = "Give the same people access" };
        var tags = new Option<bool>("--preserve-env-tags") { Description = "Copy the environment's tags" };
        var revisionTags = new Option<bool>("--preserve-rev-tags") { Description = "Copy the tags of revisions" };
        return EnvironmentParts.Command(
            machine,
            "clone",
            "Copy an environment",
            "[<org-name>/]<src-project-name>/<src-environment-name> [<dest-project-name>/]<dest-environment-name>",
            (1, 1),
            async (work, environment, rest, parse, ct) =>
            {
                var (parts, _) = EnvironmentName.Split(rest[0]);
                if (parts.Length > 2)
                {
                    throw new UserErrorException("a copy belongs to the same organization; name it as [<project-name>/]<environment-name>");
                }
                var request = new JsonObject
                {
                    ["project"] = parts.Length == 2 ? parts[0] : environment.Project,
                    ["name"] = parts[^1],
                    ["preserveHistory"] = parse.GetValue(history),
                    ["preserveAccess"] = parse.GetValue(access),
                    ["preserveEnvironmentTags"] = parse.GetValue(tags),
                    ["preserveRevisionTags"] = parse.GetValue(revisionTags),
                };
                if (environment.Version is { } version)
                {
                    request["version"] = long.TryParse(version, CultureInfo.InvariantCulture, out var number)
                        ? number
                        : throw new UserErrorException("the version to copy is a revision's number");
                }
                await work.Client.Send(HttpMethod.Post, environment.Path + "/clone", request, ct);
                await work.Session.Out.WriteLineAsync(
                    $"Environment {environment} has been cloned to {environment.Organization}/{request["project"]}/{request["name"]}."
                );
                return 0;
            },
            history,
            access,
            tags,
            revisionTags
        );
    }
}
