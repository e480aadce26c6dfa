using System.CommandLine;
using System.Text.Json.Nodes;
using Cli.Api;
using Cli.Backends.Cloud;
using Cli.Display;
using Cli.Invocation;
using Cli.Stack;

namespace Cli.Org.Member;

internal static class OrgMemberListCommand
{
    /// <summary>Shown where no number is asked for.</summary>
    private const int Usual = 100;

    public static PulumiCommand Create(Machine machine)
    {
        var organization = OrgOptions.Organization();
        var count = new Option<int>("--count") { Description = "The number of members to show", DefaultValueFactory = _ => Usual };
        var all = new Option<bool>("--all") { Description = "Show all members" };
        var output = JsonOutput.NewOption();
        var command = new PulumiCommand("list", "List members")
        {
            Explanation = "List the members of an organization.",
            Alternatives =
            [
                [count],
                [all],
            ],
        };
        command.Aliases.Add("ls");
        foreach (var option in new Option[] { organization, count, all, output })
        {
            command.Add(option);
        }
        return command.Runs(
            machine,
            async (session, parse, ct) =>
            {
                if (parse.GetValue(all) && parse.GetResult(count) is { Implicit: false })
                {
                    throw new UserErrorException("only one of --count and --all may be given");
                }
                await using var work = await Workplace.Open(session, ct);
                var (cloud, name) = OrgOptions.Of(work.Backend, parse.GetValue(organization));
                var most = parse.GetValue(all) ? int.MaxValue : parse.GetValue(count);
                var members = await Read(cloud.Connection, OrgMemberCommand.Path(name), most, ct);
                await session.Out.WriteAsync(parse.GetValue(output) == "json" ? Json(members) : Text(members));
                return 0;
            }
        );
    }

    private static async Task<List<JsonNode?>> Read(CloudConnection cloud, string path, int most, CancellationToken ct)
    {
        var members = new List<JsonNode?>();
        string? token = null;
        do
        {
            var next = token is null ? "" : "?continuationToken=" + Uri.EscapeDataString(token);
            var page = await cloud.Ask(CloudCall.Get(path + next), ct);
            members.AddRange((page["members"] as JsonArray ?? []).Take(most - members.Count));
            token = (page["continuationToken"] as JsonValue)?.ToString();
        } while (!string.IsNullOrEmpty(token) && members.Count < most);
        return members;
    }

    private static string Json(List<JsonNode?> members) =>
        PropertyValues.Json(
            new JsonObject { ["members"] = new JsonArray([.. members.Select(m => m?.DeepClone())]), ["count"] = members.Count }
        );

    private static string Text(List<JsonNode?> members)
    {
        if (members.Count == 0)
        {
            return "No members found\n";
        }
        var table = new Table("USER", "NAME", "ROLE", "JOINED");
        foreach (var member in members)
        {
            table.Add(Cell(member?["user"]?["githubLogin"]), Cell(member?["user"]?["name"]), RoleOf(member), Cell(member?["created"]));
        }
        return table.Text();
    }

    /// <summary>A custom role has a name; the built-in ones are known by theirs.</summary>
    private static string RoleOf(JsonNode? member) =>
        Cell(member?["role"]) is { Length: > 0 } role ? role : Cell(member?["fgaRole"]?["name"]);

    /// <summary>What people named themselves does not steer a terminal.</summary>
    private static string Cell(JsonNode? value) =>
        string.Concat(((value as JsonValue)?.ToString() ?? "").Select(c => char.IsControl(c) ? ' ' : c));
}
