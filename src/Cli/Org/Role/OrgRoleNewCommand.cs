using System.CommandLine;
using System.Text.Json.Nodes;
using Cli.Api;
using Cli.Invocation;

namespace Cli.Org.Role;

internal static class OrgRoleNewCommand
{
    public static PulumiCommand Create(Machine machine)
    {
        var (name, file) = (new Argument<string>("name"), new Argument<string>("details-file"));
        var description = new Option<string?>("--description") { Description = "What the role is for, in words" };
        var purpose = OrgRoleListCommand.OfPurpose("How the role is to be used");
        var command = new PulumiCommand("new", "Create a role")
        {
            Explanation = "Create a role from a file with its tree of permissions, as JSON.",
            ArgumentNames = "<name> <details-file>",
            FewestArguments = 2,
            MostArguments = 2,
        };
        command.Aliases.Add("create");
        command.Aliases.Add("setup");
        command.Add(name);
        command.Add(file);
        command.Add(description);
        command.Add(purpose);
        return OrgRoleCommand.In(
            machine,
            command,
            async (session, parse, cloud, organization, json, ct) =>
            {
                var body = new JsonObject
                {
                    ["name"] = parse.GetValue(name),
                    ["description"] = parse.GetValue(description) ?? "",
                    ["uxPurpose"] = parse.GetValue(purpose),
                    ["details"] = await OrgRoleCommand.Details(session, parse.GetValue(file)!, ct),
                };
                var role = await cloud.Ask(CloudCall.Post(OrgRoleCommand.Path(organization), body), ct);
                await OrgRoleCommand.Tell(session, json, organization, "created", role, "created");
                return 0;
            }
        );
    }
}
