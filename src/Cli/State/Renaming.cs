using System.Text.Json.Nodes;
using Cli.Backends;

namespace Cli.State;

/// <summary>Gives a whole state another stack and project: what a rename and a migration do.</summary>
internal static class Renaming
{
    public static void Apply(Deployment deployment, StackName from, StackName to)
    {
        string Change(string text)
        {
            if (Urn.Parse(text) is not { } urn || urn.Stack != from.Name || (from.Project.Length > 0 && urn.Project != from.Project))
            {
                return text;
            }
            var project = to.Project.Length > 0 ? to.Project : urn.Project;
            var name = urn.QualifiedType == Urn.StackType ? $"{project}-{to.Name}" : urn.Name;
            return new Urn(to.Name, project, urn.QualifiedType, name).ToString();
        }

        foreach (var resource in deployment.Resources.Concat(deployment.PendingOperations.Select(o => o["resource"]).OfType<JsonObject>()))
        {
            References.Rewrite(resource, Change);
        }
    }
}
