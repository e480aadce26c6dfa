using System.Text.Json.Nodes;
using Cli.Api;
using Cli.Storage;

namespace Cli.Backends.Cloud;

/// <summary>Stack names on clouds: <c>stack</c>, <c>org/stack</c> or <c>org/project/stack</c>.</summary>
/// <param name="organization">The default one.</param>
internal sealed class CloudNames(string organization, string? project)
{
    public string DefaultOrganization => organization;

    public StackName Parse(string text)
    {
        var parts = text.Split('/');
        if (parts.Length > 3)
        {
            throw new UserErrorException($"could not parse stack name '{text}'");
        }
        var owner = parts.Length > 1 ? parts[0] : organization;
        NameRules.CheckOrganization(owner);
        var of =
            parts.Length == 3 && parts[1].Length > 0
                ? parts[1]
                : project
                    ?? throw new UserErrorException(
                        "no Pulumi.yaml project file found; either run this command from a directory containing a Pulumi project, "
                            + "or pass the fully qualified stack name (org/project/stack)"
                    );
        NameRules.CheckProject(of);
        NameRules.CheckStack(parts[^1]);
        return new(owner, of, parts[^1]);
    }

    public string Show(StackName stack, bool full) =>
        full || stack.Project != project ? stack.Full
        : stack.Organization == organization ? stack.Name
        : $"{stack.Organization}/{stack.Name}";

    /// <summary>Environment, stored choice, the server's opinion, and at last the person's own.</summary>
    public static async Task<string> FindDefaultOrganization(Session session, CloudConnection connection, CancellationToken ct)
    {
        if (session.Machine.Variable("PULUMI_DEFAULT_ORGANIZATION") is { } variable)
        {
            return variable;
        }
        if (new ConfigStore(session.Machine).DefaultOrganization(connection.Url) is { Length: > 0 } stored)
        {
            return stored;
        }
        var answer = await connection.SendOr(
            CloudCall.Get("/api/user/organizations/default"),
            absent: refused => refused.Code == 404,
            failure: _ => null,
            ct
        );
        return answer is not null && LoginIn(answer) is { Length: > 0 } opinion ? opinion : connection.User;
    }

    private static string? LoginIn(byte[] answer) =>
        JsonNode.Parse(answer, new JsonNodeOptions { PropertyNameCaseInsensitive = true })?["githubLogin"]?.GetValue<string>();
}
