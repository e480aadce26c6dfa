using System.CommandLine;
using System.Text.Json.Nodes;
using Cli.Backends;
using Cli.Display;
using Cli.Invocation;
using Cli.Secrets;

namespace Cli.Stack;

internal static class StackHistoryCommand
{
    public static PulumiCommand Create(Machine machine)
    {
        var stack = StackOptions.Stack();
        var secrets = StackOptions.ShowSecrets("Show secret values when listing config instead of leaving them out");
        var fullDates = new Option<bool>("--full-dates") { Description = "Show full dates, instead of relative dates" };
        var size = new Option<int>("--page-size") { Description = "How many updates a page has; 0 is all", DefaultValueFactory = _ => 10 };
        var page = new Option<int>("--page") { Description = "Which page to show", DefaultValueFactory = _ => 1 };
        var output = JsonOutput.Options();
        var command = new PulumiCommand("history", "Display history for a stack")
        {
            Explanation = "Display history for a stack.\n\nShows past updates, the newest first, with what they changed.",
        };
        command.Aliases.Add("hist");
        foreach (var option in new Option[] { stack, secrets, fullDates, size, page })
        {
            command.Add(option);
        }
        output.AddTo(command);
        command.Add(StackHistoryEventsCommand.Create(machine));
        return command.Runs(
            machine,
            (session, parse, ct) =>
            {
                var view = new HistoryView(
                    parse.GetValue(size),
                    Math.Max(1, parse.GetValue(page)),
                    parse.GetValue(secrets),
                    parse.GetValue(fullDates),
                    output.Wanted(parse)
                );
                return Run(session, parse.GetValue(stack), view, ct);
            }
        );
    }

    internal static async Task<int> Run(Session session, string? name, HistoryView view, CancellationToken ct)
    {
        await using var work = await Workplace.Open(session, ct);
        var stack = (await work.Require(name, ct)).Stack;
        var updates = await work.Backend.History(stack, view.PageSize, view.Page, ct);
        if (view.Json)
        {
            var decrypter =
                view.Secrets && updates.Any(update => update.Config.Values.Any(value => value.Secret)) ? Provider(work, stack) : null;
            var list = new JsonArray();
            foreach (var update in updates)
            {
                list.Add((JsonNode)await HistoryJson.Of(update, decrypter, ct));
            }
            await session.Out.WriteAsync(PropertyValues.Json(list));
            return 0;
        }
        await session.Out.WriteAsync(
            updates.Count > 0 ? HistoryText.Of(session, updates, view.FullDates)
            : view.Page > 1 ? $"No stack updates found on page '{view.Page}'\n"
            : "Stack has never been updated\n"
        );
        return 0;
    }

    private static ISecretsProvider Provider(Workplace work, StackName stack) =>
        work.FileOf(stack) is { } file ? work.Secrets.OfFile(stack, file)
        : work.Backend is Backends.Cloud.CloudBackend cloud ? ServiceSecrets.Of(cloud.Connection, stack)
        : throw new UserErrorException("--show-secrets needs the stack's configuration file; run the command in the stack's project");
}

/// <param name="PageSize">0 is everything.</param>
/// <param name="Page">From 1.</param>
internal sealed record HistoryView(int PageSize, int Page, bool Secrets, bool FullDates, bool Json);
