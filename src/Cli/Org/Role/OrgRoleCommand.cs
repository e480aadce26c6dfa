using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cli.Backends.Cloud;
using Cli.Display;
using Cli.Invocation;
using Cli.Stack;

namespace Cli.Org.Role;

/// <summary>Custom roles of an organization: trees of permissions under a name.</summary>
internal static class OrgRoleCommand
{
    public static PulumiCommand Create(Machine machine)
    {
        var command = new PulumiCommand("role", "Custom roles")
        {
            Explanation = "Custom roles of an organization: what they allow, and which teams have them.",
        };
        command.Add(OrgRoleListCommand.Create(machine));
        command.Add(OrgRoleNewCommand.Create(machine));
        command.Add(OrgRoleEditCommand.Create(machine));
        command.Add(OrgRoleRemoveCommand.Create(machine));
        command.Add(OrgRoleAssignCommand.Create(machine));
        return command;
    }

    /// <summary>A command on the roles of one organization.</summary>
    public static PulumiCommand In(
        Machine machine,
        PulumiCommand command,
        Func<Session, ParseResult, CloudConnection, string, bool, CancellationToken, Task<int>> run
    )
    {
        var (organization, output) = (OrgOptions.Organization(), JsonOutput.NewOption());
        command.Add(organization);
        command.Add(output);
        return command.Runs(
            machine,
            async (session, parse, ct) =>
            {
                await using var work = await Workplace.Open(session, ct);
                var (cloud, name) = OrgOptions.Of(work.Backend, parse.GetValue(organization));
                return await run(session, parse, cloud.Connection, name, parse.GetValue(output) == "json", ct);
            }
        );
    }

    /// <returns>The address of a role, or of all.</returns>
    public static string Path(string organization, string? id = null) =>
        $"/api/orgs/{Uri.EscapeDataString(organization)}/roles" + (id is null ? "" : "/" + Uri.EscapeDataString(id));

    /// <summary>The tree of permissions in a file.</summary>
    public static async Task<JsonNode> Details(Session session, string file, CancellationToken ct)
    {
        var path = System.IO.Path.Combine(session.Machine.WorkingDirectory, file);
        try
        {
            return JsonNode.Parse(await File.ReadAllTextAsync(path, ct)) as JsonObject ?? throw new JsonException("it is not an object");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"could not read the permissions in '{file}': {problem.Message}");
        }
        catch (JsonException problem)
        {
            throw new UserErrorException($"'{file}' must hold a JSON object, the tree of permissions: {problem.Message}");
        }
    }

    /// <summary>A role as JSON output has it.</summary>
    public static JsonObject Json(JsonNode? role) =>
        new()
        {
            ["id"] = Text(role, "id"),
            ["name"] = Text(role, "name"),
            ["description"] = Text(role, "description"),
            ["purpose"] = Text(role, "uxPurpose"),
            ["version"] = role?["version"]?.DeepClone() ?? 0,
            ["isOrgDefault"] = IsDefault(role),
            ["created"] = Text(role, "created"),
            ["modified"] = Text(role, "modified"),
        };

    /// <param name="action">What was done, as JSON output names it.</param>
    /// <param name="said">The same for people.</param>
    public static Task Tell(Session session, bool json, string organization, string action, JsonNode role, string said) =>
        session.Out.WriteAsync(
            json
                ? PropertyValues.Json(
                    new JsonObject
                    {
                        ["organization"] = organization,
                        ["action"] = action,
                        ["role"] = Json(role),
                    }
                )
                : $"Role '{Text(role, "name")}' ({Text(role, "id")}) of '{organization}' has been {said}.\n"
        );

    public static bool IsDefault(JsonNode? role) => role?["isOrgDefault"]?.GetValueKind() == JsonValueKind.True;

    /// <summary>What people named things does not steer a terminal.</summary>
    public static string Text(JsonNode? node, string member) =>
        string.Concat(((node?[member] as JsonValue)?.ToString() ?? "").Select(c => char.IsControl(c) ? ' ' : c));
}
