using System.Text.Json.Nodes;
using Cli.Backends;
using Cli.State;

namespace Cli.Stack;

/// <summary>Whether a deployment may become the state of a stack.</summary>
internal sealed class ImportCheck(Session session, StackName stack)
{
    /// <param name="force">Objections become warnings.</param>
    public void Run(Deployment deployment, bool force)
    {
        var problems = deployment.Resources.Select(Foreign).OfType<string>().ToList();
        if (!session.IgnoresIntegrity && Integrity.Problem(deployment) is { } broken)
        {
            problems.Add($"state file contains errors: {broken}");
        }
        if (problems.Count > 0 && !force)
        {
            throw UserErrorException.Several([.. problems, "importing this file could be dangerous; rerun with --force to proceed anyway"]);
        }
        problems.ForEach(session.Warn);
        DropPendingOperations(deployment);
    }

    private string? Foreign(JsonObject resource)
    {
        var text = References.Text(resource["urn"]);
        if (Urn.Parse(text) is not { } urn)
        {
            return null; // what is no URN at all is the integrity check's
        }
        return urn.Stack != stack.Name ? $"resource '{text}' is from a different stack ({urn.Stack} != {stack.Name})"
            : stack.Project.Length > 0 && urn.Project != stack.Project
                ? $"resource '{text}' is from a different project ({urn.Project} != {stack.Project})"
            : null;
    }

    private void DropPendingOperations(Deployment deployment)
    {
        foreach (var operation in deployment.PendingOperations)
        {
            session.Warn($"removing pending operation '{operation["type"]}' on '{operation["resource"]?["urn"]}' from snapshot");
        }
        deployment.Body.Remove("pending_operations");
    }
}
