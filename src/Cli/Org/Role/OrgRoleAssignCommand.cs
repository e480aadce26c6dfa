using System.CommandLine;
using System.Text.Json.Nodes;
using Cli.Api;
using Cli.Display;
using Cli.Invocation;

namespace Cli.Org.Role;

internal static class OrgRoleAssignCommand
{
    public static PulumiCommand Create(Machine machine)
    {
        var (id, team) = (new Argument<string>("role-id"), new Argument<string>("team"));
        var command = new PulumiCommand("assign", "Give a role to a team")
        {
            Explanation = "Give a role to a team, in place of the one that it has.",
            ArgumentNames = "<role-id> <team>",
            FewestArguments = 2,
            MostArguments = 2,
        };
        command.Add(id);
        command.Add(team);
        return OrgRoleCommand.In(
            machine,
            command,
            async (session, parse, cloud, organization, json, ct) =>
            {
                var (role, name) = (parse.GetValue(id)!, parse.GetValue(team)!);
                var path =
                    $"/api/orgs/{Uri.EscapeDataString(organization)}/teams/{Uri.EscapeDataString(name)}/roles/{Uri.EscapeDataString(role)}";
                await cloud.Send(CloudCall.Post(path, body: null), ct);
                await session.Out.WriteAsync(
                    json
                        ? PropertyValues.Json(
                            new JsonObject
                            {
                                ["organization"] = organization,
                                ["action"] = "assigned",
                                ["team"] = name,
                                ["roleId"] = role,
                            }
                        )
                        : $"The team '{name}' of '{organization}' now has the role '{role}'.\n"
                );
                return 0;
            }
        );
    }
}
