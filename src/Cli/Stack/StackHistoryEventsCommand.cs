using System.CommandLine;
using System.Text.Json.Nodes;
using Cli.Api;
using Cli.Backends.Cloud;
using Cli.Display;
using Cli.Invocation;

namespace Cli.Stack;

internal static class StackHistoryEventsCommand
{
    public static PulumiCommand Create(Machine machine)
    {
        var update = new Argument<string>("update-id");
        var stack = StackOptions.Stack();
        var types = new Option<string[]>("--event-type")
        {
            Description = "Only events of this type; the flag may be repeated",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var urn = new Option<string?>("--urn") { Description = "Only events about this resource" };
        var inactive = new Option<bool>("--include-non-activated") { Description = "Also events that are not activated" };
        var count = new Option<int>("--count") { Description = "How many events to show; 0 is one page" };
        var all = new Option<bool>("--all") { Description = "Show all events" };
        var summary = new Option<bool>("--summary") { Description = "Reduce the events to one document" };
        var output = JsonOutput.NewOption();
        var command = new PulumiCommand("events", "[EXPERIMENTAL] List the engine events of an update")
        {
            ArgumentNames = "<update-id>",
            FewestArguments = 1,
            MostArguments = 1,
        };
        command.Add(update);
        foreach (var option in new Option[] { stack, types, urn, inactive, count, all, summary, output })
        {
            command.Add(option);
        }
        return command.Runs(
            machine,
            (session, parse, ct) =>
            {
                Exclusive(parse, (all, count), (summary, count), (summary, types), (summary, urn));
                var wishes = new EventWishes(
                    parse.GetValue(types) ?? [],
                    parse.GetValue(urn),
                    parse.GetValue(count),
                    parse.GetValue(all) || parse.GetValue(summary),
                    parse.GetValue(summary),
                    parse.GetValue(output) == "json"
                );
                return Run(session, parse.GetValue(stack), parse.GetValue(update)!, wishes, ct);
            }
        );
    }

    private static void Exclusive(ParseResult parse, params (Option One, Option Other)[] pairs)
    {
        foreach (var (one, other) in pairs)
        {
            if (parse.GetResult(one) is { Implicit: false } && parse.GetResult(other) is { Implicit: false })
            {
                var names = new[] { one.Name.TrimStart('-'), other.Name.TrimStart('-') };
                throw new UserErrorException(
                    $"if any flags in the group [{string.Join(' ', names)}] are set none of the others can be; "
                        + $"[{string.Join(' ', names.Order(StringComparer.Ordinal))}] were all set"
                );
            }
        }
    }

    internal static async Task<int> Run(Session session, string? name, string update, EventWishes wishes, CancellationToken ct)
    {
        await using var work = await Workplace.Open(session, ct);
        var stack = (await work.Require(name, ct)).Stack;
        if (work.Backend is not CloudBackend cloud)
        {
            throw new UserErrorException("this command requires the Pulumi Cloud backend; run `pulumi login`");
        }
        var path = $"{CloudBackend.PathOf(stack)}/update/{Uri.EscapeDataString(update)}/events";
        var events = await Events(cloud.Connection, path, wishes, ct);
        if (wishes.Summary)
        {
            await session.Out.WriteAsync(PropertyValues.Json(Summary(events)));
        }
        else if (wishes.Json)
        {
            await session.Out.WriteAsync(
                PropertyValues.Json(new JsonObject { ["events"] = new JsonArray([.. events]), ["count"] = events.Count })
            );
        }
        else
        {
            await session.Out.WriteAsync(Text(events));
        }
        return 0;
    }

    private static async Task<List<JsonObject>> Events(CloudConnection connection, string path, EventWishes wishes, CancellationToken ct)
    {
        var events = new List<JsonObject>();
        string? next = null;
        do
        {
            var page = await connection.Ask(CloudCall.Get(next is null ? path : $"{path}?continuationToken={next}"), ct);
            foreach (var item in (page["events"] as JsonArray ?? []).OfType<JsonObject>().ToList())
            {
                if (wishes.Wants(KindOf(item), UrnOf(item)))
                {
                    item.Parent!.AsArray().Remove(item);
                    events.Add(item);
                }
            }
            next = page["continuationToken"]?.GetValue<string>();
        } while (!string.IsNullOrEmpty(next) && (wishes.All || events.Count < wishes.Count));
        return wishes.Count > 0 ? [.. events.Take(wishes.Count)] : events;
    }

    private static string Text(List<JsonObject> events)
    {
        var table = new Table("SEQUENCE", "TIMESTAMP", "TYPE", "URN");
        foreach (var item in events)
        {
            var seconds = item["timestamp"]?.GetValue<long>() ?? 0;
            table.Add(
                item["sequence"]?.ToString() ?? "",
                Times.Json(DateTimeOffset.FromUnixTimeSeconds(seconds)),
                KindOf(item),
                UrnOf(item) ?? ""
            );
        }
        return table.Text();
    }

    private static JsonObject Summary(List<JsonObject> events)
    {
        var kinds = events.GroupBy(KindOf, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal);
        var summary = new JsonObject
        {
            ["count"] = events.Count,
            ["events"] = new JsonObject(kinds.Select(group => new KeyValuePair<string, JsonNode?>(group.Key, group.Count()))),
        };
        if (events.LastOrDefault(item => item["summaryEvent"] is not null)?["summaryEvent"] is { } last)
        {
            summary["summary"] = last.DeepClone();
        }
        return summary;
    }

    /// <summary>The member that is neither number nor time.</summary>
    private static string KindOf(JsonObject item) =>
        item.Select(member => member.Key).FirstOrDefault(key => key.EndsWith("Event", StringComparison.Ordinal)) ?? "";

    private static string? UrnOf(JsonObject item)
    {
        var body = item[KindOf(item)] as JsonObject;
        return (body?["metadata"]?["urn"] ?? body?["urn"] ?? body?["resourceUrn"])?.ToString();
    }
}

/// <param name="Types">Empty is every type.</param>
internal sealed record EventWishes(IReadOnlyList<string> Types, string? Urn, int Count, bool All, bool Summary, bool Json)
{
    public bool Wants(string type, string? urn) =>
        (Types.Count == 0 || Types.Contains(type, StringComparer.OrdinalIgnoreCase)) && (Urn is null || Urn == urn);
}
