using System.CommandLine;
using System.Text.Json.Nodes;
using Cli.Display;
using Cli.Invocation;

namespace Cli.Env.Referrer;

/// <summary>What uses an environment: other environments, stacks and accounts of Insights, as the cloud knows them.</summary>
internal static class EnvReferrerCommand
{
    /// <summary>Shown where no number is asked for.</summary>
    private const int Usual = 100;

    public static PulumiCommand Create(Machine machine)
    {
        var command = new PulumiCommand("referrer", "What uses an environment") { Explanation = "What uses an environment." };
        command.Add(EnvironmentParts.Env());
        command.Add(List(machine));
        return command;
    }

    private static PulumiCommand List(Machine machine)
    {
        var count = new Option<int>("--count") { Description = "The number of users to show", DefaultValueFactory = _ => Usual };
        var all = new Option<bool>("--all") { Description = "Show all users" };
        var revisions = new Option<bool>("--all-revisions") { Description = "Also users of revisions that are not the latest" };
        var latest = new Option<bool>("--latest-stack-version-only") { Description = "Of stacks only what their last update used" };
        var command = EnvironmentParts.Command(
            machine,
            "list",
            "List what uses an environment",
            EnvCommand.OneEnvironment,
            (0, 0),
            async (work, environment, _, parse, ct) =>
            {
                if (parse.GetValue(all) && parse.GetResult(count) is { Implicit: false })
                {
                    throw new UserErrorException("only one of --count and --all may be given");
                }
                var query = $"?allRevisions={Word(parse.GetValue(revisions))}&latestStackVersionOnly={Word(parse.GetValue(latest))}";
                var most = parse.GetValue(all) ? int.MaxValue : parse.GetValue(count);
                var users = await Read(work, environment.Path + "/referrers" + query, most, ct);
                await work.Session.Out.WriteAsync(Text(users));
                return 0;
            },
            count,
            all,
            revisions,
            latest
        );
        command.Aliases.Add("ls");
        return command;
    }

    private static async Task<List<string[]>> Read(EnvironmentWork work, string path, int most, CancellationToken ct)
    {
        var users = new List<string[]>();
        string? token = null;
        do
        {
            var next = token is null ? "" : "&continuationToken=" + Uri.EscapeDataString(token);
            var page = await work.Client.Ask(HttpMethod.Get, path + next, null, ct);
            foreach (var (version, referrers) in page["referrers"] as JsonObject ?? [])
            {
                users.AddRange((referrers as JsonArray ?? []).Select(referrer => Row(version, referrer)));
            }
            token = (page["continuationToken"] as JsonValue)?.ToString();
        } while (!string.IsNullOrEmpty(token) && users.Count < most);
        return [.. users.Take(most)];
    }

    /// <param name="version">Of the environment, that is used.</param>
    private static string[] Row(string version, JsonNode? referrer) =>
        referrer switch
        {
            JsonObject one when one["environment"] is JsonObject user =>
            [
                version,
                "environment",
                $"{user["project"]}/{user["name"]}",
                $"{user["revision"]}",
            ],
            JsonObject one when one["stack"] is JsonObject user =>
            [
                version,
                "stack",
                $"{user["project"]}/{user["stack"]}",
                $"{user["version"]}",
            ],
            JsonObject one when one["insightsAccount"] is JsonObject user => [version, "insights account", $"{user["accountName"]}", ""],
            _ => [version, "other", "", ""],
        };

    private static string Text(List<string[]> users)
    {
        if (users.Count == 0)
        {
            return "Nothing uses this environment\n";
        }
        var table = new Table("VERSION", "KIND", "NAME", "ITS VERSION");
        foreach (var user in users)
        {
            table.Add([.. user.Select(Plain)]);
        }
        return table.Text();
    }

    private static string Word(bool value) => value ? "true" : "false";

    /// <summary>What people named things does not steer a terminal.</summary>
    private static string Plain(string text) => string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
}
