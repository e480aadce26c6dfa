using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cli.Invocation;
using Wire;

namespace Cli.Env.Version;

/// <summary>Shows a revision, and has the commands on revisions below it.</summary>
internal static class EnvVersionCommand
{
    public static PulumiCommand Create(Machine machine)
    {
        var command = EnvironmentParts.Command(
            machine,
            "version",
            "Show a version of an environment",
            EnvCommand.OneEnvironment + "@<version>",
            (0, 0),
            async (work, environment, _, _, ct) =>
            {
                await work.Session.Out.WriteAsync(Text(await Revisions(work, environment, await Number(work, environment, ct), ct)));
                return 0;
            },
            Utc()
        );
        command.Add(History(machine));
        command.Add(Retract(machine));
        command.Add(Rollback(machine));
        command.Add(EnvVersionTagCommand.Create(machine));
        return command;
    }

    internal static Option<bool> Utc() => new("--utc") { Description = "Show times in UTC" };

    /// <summary>The number of the revision that a name means.</summary>
    internal static async Task<long> Number(EnvironmentWork work, EnvironmentName environment, CancellationToken ct) =>
        (await work.Client.Definition(environment, decrypt: false, ct)).Revision;

    private static PulumiCommand History(Machine machine)
    {
        var pager = new Option<string?>("--pager") { Description = "Has no effect: the output is not paged" };
        return EnvironmentParts.Command(
            machine,
            "history",
            "List revisions, newest first",
            EnvCommand.OneEnvironment + "[@<version>]",
            (0, 0),
            async (work, environment, _, _, ct) =>
            {
                var before = environment.Version is null
                    ? ""
                    : (await Number(work, environment, ct) + 1).ToString(CultureInfo.InvariantCulture);
                while (await Page(work, environment, before, count: "100", ct) is { Count: > 0 } page)
                {
                    await work.Session.Out.WriteAsync(Text(page));
                    before = page[^1].Number.ToString(CultureInfo.InvariantCulture);
                }
                return 0;
            },
            pager,
            Utc()
        );
    }

    private static PulumiCommand Retract(Machine machine)
    {
        var instead = new Option<string?>("--replace-with") { Description = "The revision to use in its place; else the one before" };
        var reason = new Option<string?>("--reason") { Description = "Why it is withdrawn" };
        return EnvironmentParts.Command(
            machine,
            "retract",
            "Withdraw a revision: nobody can read or open it any more",
            EnvCommand.OneEnvironment + "@<version>",
            (0, 0),
            async (work, environment, _, parse, ct) =>
            {
                var version = environment.Version ?? throw new UserErrorException("name the version to withdraw, as in project/name@3");
                var request = new JsonObject();
                if (parse.GetValue(instead) is { Length: > 0 } replacement)
                {
                    request["replacement"] = await Number(work, environment with { Version = replacement.TrimStart('@') }, ct);
                }
                if (parse.GetValue(reason) is { Length: > 0 } why)
                {
                    request["reason"] = why;
                }
                await work.Client.Send(HttpMethod.Post, $"{environment.Path}/versions/{version}/retract", request, ct);
                return 0;
            },
            instead,
            reason
        );
    }

    private static PulumiCommand Rollback(Machine machine) =>
        EnvironmentParts.Command(
            machine,
            "rollback",
            "Make an older revision the latest",
            EnvCommand.OneEnvironment + "@<version>",
            (0, 0),
            async (work, environment, _, _, ct) =>
            {
                if (environment.Version is null)
                {
                    throw new UserErrorException("name the version to go back to, as in project/name@3");
                }
                var old = await work.Client.Definition(environment, decrypt: false, ct);
                var revision = await work.Client.Update(environment with { Version = null }, old.Text, etag: null, ct);
                await work.Session.Out.WriteLineAsync($"Environment rolled back; it is at revision {revision} now.");
                return 0;
            },
            EnvironmentParts.Draft()
        );

    private static Task<IReadOnlyList<EnvironmentRevision>> Revisions(
        EnvironmentWork work,
        EnvironmentName environment,
        long number,
        CancellationToken ct
    ) => Page(work, environment, (number + 1).ToString(CultureInfo.InvariantCulture), "1", ct);

    private static async Task<IReadOnlyList<EnvironmentRevision>> Page(
        EnvironmentWork work,
        EnvironmentName environment,
        string before,
        string count,
        CancellationToken ct
    )
    {
        var body = await work.Client.Send(HttpMethod.Get, $"{environment.Path}/versions?before={before}&count={count}", null, ct);
        return JsonSerializer.Deserialize(body, WireJson.Default.IReadOnlyListEnvironmentRevision) ?? [];
    }

    private static string Text(IReadOnlyList<EnvironmentRevision> revisions)
    {
        var text = new StringBuilder();
        foreach (var revision in revisions)
        {
            var tags = revision.Tags is { Count: > 0 } names ? $" (tag: {string.Join(", ", names)})" : "";
            text.Append(CultureInfo.InvariantCulture, $"revision {revision.Number}{tags}\n");
            if (revision.Retracted is { } retracted)
            {
                var why = string.IsNullOrEmpty(retracted.Reason) ? "" : ": " + retracted.Reason;
                text.Append(CultureInfo.InvariantCulture, $"Retracted, use revision {retracted.Replacement}{why}\n");
            }
            text.Append(
                CultureInfo.InvariantCulture,
                $"Author: {revision.CreatorName} <{revision.CreatorLogin}>\nDate:   {revision.Created}\n\n"
            );
        }
        return text.ToString();
    }
}
