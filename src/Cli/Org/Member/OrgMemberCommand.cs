using System.CommandLine;
using System.Text.Json.Nodes;
using Cli.Api;
using Cli.Backends.Cloud;
using Cli.Display;
using Cli.Invocation;
using Cli.Stack;

namespace Cli.Org.Member;

/// <summary>Who belongs to an organization, and as what.</summary>
internal static class OrgMemberCommand
{
    public static PulumiCommand Create(Machine machine)
    {
        var command = new PulumiCommand("member", "Members") { Explanation = "Members of an organization, and their roles." };
        command.Add(OrgMemberListCommand.Create(machine));
        command.Add(Edit(machine));
        command.Add(Remove(machine));
        return command;
    }

    /// <returns>The address of a member, or of all.</returns>
    public static string Path(string organization, string? login = null) =>
        $"/api/orgs/{Uri.EscapeDataString(organization)}/members" + (login is null ? "" : "/" + Uri.EscapeDataString(login));

    private static Argument<string> Login() => new("user-login");

    private static PulumiCommand Edit(Machine machine)
    {
        var member = Login();
        var organization = OrgOptions.Organization();
        var role = new Option<string?>("--role") { Description = "The role to give: admin, member or billing-manager" };
        role.CompletionSources.Add("admin", "member", "billing-manager");
        var roleId = new Option<string?>("--fga-role-id") { Description = "The ID of the custom role to give" };
        var roleName = new Option<string?>("--fga-role-name") { Description = "The name of the custom role to give" };
        var output = JsonOutput.NewOption();
        var command = new PulumiCommand("edit", "Change a member's role")
        {
            Explanation = "Change a member's role: one of the built-in ones by --role, or a custom one by its ID or name.",
            ArgumentNames = "<user-login>",
            FewestArguments = 1,
            MostArguments = 1,
            Alternatives =
            [
                [role],
                [roleId],
                [roleName],
            ],
        };
        command.Add(member);
        command.Aliases.Add("update");
        command.Aliases.Add("modify");
        foreach (var option in new Option[] { organization, role, roleId, roleName, output })
        {
            command.Add(option);
        }
        return command.Runs(
            machine,
            async (session, parse, ct) =>
            {
                var (builtIn, id, named) = (parse.GetValue(role), parse.GetValue(roleId), parse.GetValue(roleName));
                if (builtIn is null && id is null && named is null)
                {
                    throw new UserErrorException("one of --role, --fga-role-id and --fga-role-name must be given");
                }
                await using var work = await Workplace.Open(session, ct);
                var (cloud, name) = OrgOptions.Of(work.Backend, parse.GetValue(organization));
                var custom = named is null ? id : await RoleNamed(cloud.Connection, name, named, ct);
                var login = parse.GetValue(member)!;
                var wish = custom is null ? new JsonObject { ["role"] = builtIn } : new JsonObject { ["fgaRoleId"] = custom };
                await cloud.Connection.Send(CloudCall.Patch(Path(name, login), wish), ct);
                var done = new JsonObject { ["organizationName"] = name, ["userLogin"] = login };
                done[custom is null ? "role" : "fgaRoleId"] = custom ?? builtIn;
                await session.Out.WriteAsync(
                    parse.GetValue(output) == "json"
                        ? PropertyValues.Json(done)
                        : $"Member '{login}' of '{name}' now has the role '{named ?? custom ?? builtIn}'.\n"
                );
                return 0;
            }
        );
    }

    private static PulumiCommand Remove(Machine machine)
    {
        var member = Login();
        var organization = OrgOptions.Organization();
        var yes = StackOptions.Yes();
        var output = JsonOutput.NewOption();
        var command = new PulumiCommand("remove", "Remove a member")
        {
            Explanation = "Remove a member from an organization. The person keeps the account, and loses what the organization gave.",
            ArgumentNames = "<user-login>",
            FewestArguments = 1,
            MostArguments = 1,
        };
        command.Add(member);
        command.Aliases.Add("rm");
        command.Aliases.Add("delete");
        foreach (var option in new Option[] { organization, yes, output })
        {
            command.Add(option);
        }
        return command.Runs(
            machine,
            async (session, parse, ct) =>
            {
                var confirmation = new Confirmation(session, parse.GetValue(yes));
                if (!session.Interactive && !confirmation.Given)
                {
                    throw new UserErrorException("non-interactive mode requires --yes flag");
                }
                await using var work = await Workplace.Open(session, ct);
                var (cloud, name) = OrgOptions.Of(work.Backend, parse.GetValue(organization));
                var login = parse.GetValue(member)!;
                if (!confirmation.Given && !await confirmation.ByChoosing($"Remove '{login}' from '{name}'?", ct))
                {
                    return (int)Exit.Error;
                }
                await cloud.Connection.Send(new CloudCall(HttpMethod.Delete, Path(name, login)), ct);
                await session.Out.WriteAsync(
                    parse.GetValue(output) == "json"
                        ? PropertyValues.Json(new JsonObject { ["organizationName"] = name, ["userLogin"] = login })
                        : $"Member '{login}' has been removed from '{name}'.\n"
                );
                return 0;
            }
        );
    }

    private static async Task<string> RoleNamed(CloudConnection cloud, string organization, string name, CancellationToken ct)
    {
        var answer = await cloud.Ask(CloudCall.Get($"/api/orgs/{Uri.EscapeDataString(organization)}/roles?uxPurpose=role"), ct);
        var found = (answer["roles"] as JsonArray ?? []).FirstOrDefault(role => role?["name"]?.ToString() == name);
        return found?["id"]?.ToString()
            ?? throw new UserErrorException($"there is no role '{name}' in '{organization}'; give its ID with --fga-role-id");
    }
}
