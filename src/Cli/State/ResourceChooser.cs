using System.Text.Json.Nodes;
using Cli.Invocation;

namespace Cli.State;

/// <summary>Finds the resources that URNs mean, or lets a person pick one.</summary>
internal sealed class ResourceChooser(Session session)
{
    private const string Hint =
        "To list the resource URNs in the stack, run `pulumi stack --show-urns`; to inspect the full state, run `pulumi stack export`.";

    private const int MostSuggestions = 3;

    /// <param name="urns">None: a person picks one.</param>
    public async Task<IReadOnlyList<JsonObject>> Find(Deployment deployment, IReadOnlyList<string> urns, string verb, CancellationToken ct)
    {
        var given = urns.Count > 0 ? urns : [await Pick(deployment, verb, ct)];
        var resources = new List<JsonObject>();
        foreach (var urn in given)
        {
            resources.Add(await One(deployment, urn, ct));
        }
        return resources;
    }

    public async Task<JsonObject> One(Deployment deployment, string text, CancellationToken ct)
    {
        if (Urn.Parse(text) is null)
        {
            throw new UserErrorException($"\"{text}\" is not a valid resource URN\n{Hint}");
        }
        var found = deployment.Resources.Where(resource => References.Text(resource["urn"]) == text).ToList();
        return found.Count switch
        {
            0 => throw Unknown(deployment, text),
            1 => found[0],
            _ => await Distinguish(found, ct),
        };
    }

    private async Task<string> Pick(Deployment deployment, string verb, CancellationToken ct)
    {
        if (!session.Interactive)
        {
            throw new UserErrorException("Must supply <resource URN> unless pulumi is run interactively");
        }
        var urns = deployment.Resources.Select(resource => References.Text(resource["urn"])).OfType<string>().Distinct().ToList();
        if (urns.Count == 0)
        {
            throw new UserErrorException("the stack has no resources");
        }
        return await session.Machine.Terminal.Choose($"Select a resource to {verb}:", urns, ct)
            ?? throw new UserErrorException("no resource selected");
    }

    /// <summary>A resource and its old copy that waits to be deleted.</summary>
    private async Task<JsonObject> Distinguish(List<JsonObject> found, CancellationToken ct)
    {
        var labels = found.ConvertAll(Label);
        if (session.Interactive)
        {
            var picked = await session.Machine.Terminal.Choose(
                "Multiple resources with the given URN exist, please select the one to edit:",
                labels,
                ct
            );
            return picked is null ? throw new UserErrorException("no resource selected") : found[labels.IndexOf(picked)];
        }
        throw new UserErrorException(
            "Resource URN ambiguously referred to multiple resources. Did you mean:\n"
                + string.Join('\n', labels.Select(label => "  " + label))
        );
    }

    private static string Label(JsonObject resource) =>
        (References.Text(resource["id"]) ?? "<no id>") + (Deployment.IsOn(resource, "delete") ? " (Pending Deletion)" : "");

    private static UserErrorException Unknown(Deployment deployment, string urn)
    {
        var near = deployment
            .Resources.Select(resource => References.Text(resource["urn"]))
            .OfType<string>()
            .Distinct(StringComparer.Ordinal)
            .Select(candidate => (Urn: candidate, Distance: EditDistance.Of(candidate, urn)))
            .Where(candidate => candidate.Distance <= urn.Length / 2)
            .OrderBy(candidate => candidate.Distance)
            .ThenBy(candidate => candidate.Urn, StringComparer.Ordinal)
            .Take(MostSuggestions)
            .Select(candidate => $"  {candidate.Urn}\n");
        var meant = string.Concat(near);
        return new($"No such resource \"{urn}\" exists in the current state\n{(meant.Length == 0 ? "" : "Did you mean:\n" + meant)}{Hint}");
    }
}
