using System.CommandLine;
using System.Text.Json.Nodes;
using Cli.Api;
using Cli.Display;
using Cli.Invocation;

namespace Cli.Org.Role;

internal static class OrgRoleListCommand
{
    /// <summary>What a role is for, as clouds name it.</summary>
    private static readonly string[] Purposes = ["role", "role_private", "role_temporary", "policy", "set"];

    public static PulumiCommand Create(Machine machine)
    {
        var purpose = OfPurpose("Only roles for this purpose");
        var command = new PulumiCommand("list", "List roles") { Explanation = "List the roles of an organization." };
        command.Aliases.Add("ls");
        command.Add(purpose);
        return OrgRoleCommand.In(
            machine,
            command,
            async (session, parse, cloud, organization, json, ct) =>
            {
                var query = "?uxPurpose=" + Uri.EscapeDataString(parse.GetValue(purpose)!);
                var answer = await cloud.Ask(CloudCall.Get(OrgRoleCommand.Path(organization) + query), ct);
                var roles = (answer["roles"] as JsonArray ?? []).ToList();
                await session.Out.WriteAsync(json ? Json(organization, roles) : Text(roles));
                return 0;
            }
        );
    }

    public static Option<string> OfPurpose(string description)
    {
        var option = new Option<string>("--purpose")
        {
            Description = $"{description}: {string.Join(", ", Purposes)}",
            DefaultValueFactory = _ => Purposes[0],
        };
        option.CompletionSources.Add(Purposes);
        return option;
    }

    private static string Json(string organization, List<JsonNode?> roles) =>
        PropertyValues.Json(
            new JsonObject
            {
                ["organization"] = organization,
                ["roles"] = new JsonArray([.. roles.Select(OrgRoleCommand.Json)]),
                ["count"] = roles.Count,
            }
        );

    /// <summary>Columns without any value are left out.</summary>
    private static string Text(List<JsonNode?> roles)
    {
        if (roles.Count == 0)
        {
            return "No roles found\n";
        }
        var columns = new (string Title, Func<JsonNode?, string> Cell, bool Always)[]
        {
            ("ID", r => OrgRoleCommand.Text(r, "id"), true),
            ("NAME", r => OrgRoleCommand.Text(r, "name"), true),
            ("DESCRIPTION", r => OrgRoleCommand.Text(r, "description"), false),
            ("PURPOSE", r => OrgRoleCommand.Text(r, "uxPurpose"), false),
            ("VERSION", r => OrgRoleCommand.Text(r, "version"), true),
            ("DEFAULT", r => OrgRoleCommand.IsDefault(r) ? "yes" : "", false),
        };
        var shown = columns.Where(column => column.Always || roles.Exists(role => column.Cell(role).Length > 0)).ToList();
        var table = new Table([.. shown.Select(column => column.Title)]);
        foreach (var role in roles)
        {
            table.Add([.. shown.Select(column => column.Cell(role))]);
        }
        return table.Text();
    }
}
