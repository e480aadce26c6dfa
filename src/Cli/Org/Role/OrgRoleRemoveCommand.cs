using System.CommandLine;
using System.Text.Json.Nodes;
using Cli.Api;
using Cli.Display;
using Cli.Invocation;
using Cli.Stack;

namespace Cli.Org.Role;

internal static class OrgRoleRemoveCommand
{
    public static PulumiCommand Create(Machine machine)
    {
        var id = new Argument<string>("role-id");
        var force = new Option<bool>("--force") { Description = "Even if members, teams or tokens have it" };
        var yes = StackOptions.Yes();
        var command = new PulumiCommand("remove", "Delete a role")
        {
            Explanation = "Delete a role. One that somebody has is deleted only with --force.",
            ArgumentNames = "<role-id>",
            FewestArguments = 1,
            MostArguments = 1,
        };
        command.Aliases.Add("rm");
        command.Aliases.Add("delete");
        command.Add(id);
        command.Add(force);
        command.Add(yes);
        return OrgRoleCommand.In(
            machine,
            command,
            async (session, parse, cloud, organization, json, ct) =>
            {
                var (role, forced) = (parse.GetValue(id)!, parse.GetValue(force));
                var confirmation = new Confirmation(session, parse.GetValue(yes));
                if (!session.Interactive && !confirmation.Given)
                {
                    throw new UserErrorException("non-interactive mode requires --yes flag");
                }
                if (!confirmation.Given && !await confirmation.ByChoosing($"Remove the role '{role}' from '{organization}'?", ct))
                {
                    return (int)Exit.Error;
                }
                await cloud.Send(
                    new CloudCall(HttpMethod.Delete, OrgRoleCommand.Path(organization, role) + (forced ? "?force=true" : "")),
                    ct
                );
                await session.Out.WriteAsync(
                    json
                        ? PropertyValues.Json(
                            new JsonObject
                            {
                                ["organization"] = organization,
                                ["action"] = "deleted",
                                ["roleId"] = role,
                                ["forced"] = forced,
                            }
                        )
                        : $"Role '{role}' has been removed from '{organization}'.\n"
                );
                return 0;
            }
        );
    }
}
