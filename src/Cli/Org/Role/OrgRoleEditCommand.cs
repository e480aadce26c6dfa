using System.CommandLine;
using System.Text.Json.Nodes;
using Cli.Api;
using Cli.Invocation;

namespace Cli.Org.Role;

internal static class OrgRoleEditCommand
{
    public static PulumiCommand Create(Machine machine)
    {
        var id = new Argument<string>("role-id");
        var name = new Option<string?>("--name") { Description = "The role's new name" };
        var description = new Option<string?>("--description") { Description = "What the role is for, in words" };
        var file = new Option<string?>("--details-file") { Description = "A file with the new tree of permissions, as JSON" };
        var command = new PulumiCommand("edit", "Change a role")
        {
            Explanation = "Give a role another name, description or tree of permissions. What is not named stays as it is.",
            ArgumentNames = "<role-id>",
            FewestArguments = 1,
            MostArguments = 1,
        };
        command.Aliases.Add("update");
        command.Aliases.Add("modify");
        command.Add(id);
        foreach (var option in new Option[] { name, description, file })
        {
            command.Add(option);
        }
        return OrgRoleCommand.In(
            machine,
            command,
            async (session, parse, cloud, organization, json, ct) =>
            {
                var (newName, newDescription, newFile) = (parse.GetValue(name), parse.GetValue(description), parse.GetValue(file));
                if (newName is null && newDescription is null && newFile is null)
                {
                    throw new UserErrorException("one of --name, --description and --details-file must be given");
                }
                var details = newFile is null ? null : await OrgRoleCommand.Details(session, newFile, ct);
                var path = OrgRoleCommand.Path(organization, parse.GetValue(id));
                var before = await cloud.Ask(CloudCall.Get(path), ct);
                // A cloud wants all three.
                var body = new JsonObject
                {
                    ["name"] = newName ?? before["name"]?.DeepClone(),
                    ["description"] = newDescription ?? before["description"]?.DeepClone() ?? "",
                    ["details"] = details ?? before["details"]?.DeepClone(),
                };
                var role = await cloud.Ask(CloudCall.Patch(path, body), ct);
                await OrgRoleCommand.Tell(session, json, organization, "updated", role, "changed");
                return 0;
            }
        );
    }
}
