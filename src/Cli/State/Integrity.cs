using System.Text.Json.Nodes;

namespace Cli.State;

/// <summary>The rules that the stock CLI holds every state to before it works with it.</summary>
internal static class Integrity
{
    /// <returns>The first thing that is wrong; null when nothing is.</returns>
    public static string? Problem(Deployment deployment) =>
        ManifestProblem(deployment) ?? ResourceProblem(deployment.Resources) ?? SnippetProblem(deployment);

    /// <summary>For changes that this program makes: they may not be saved broken.</summary>
    public static void Check(Session session, Deployment deployment)
    {
        if (!session.IgnoresIntegrity && Problem(deployment) is { } problem)
        {
            throw new UserErrorException(
                $"the change was not saved: it would break the state: {problem}. `pulumi state repair` may help if it was broken before"
            );
        }
    }

    private static string? ManifestProblem(Deployment deployment)
    {
        var manifest = deployment.Body["manifest"] as JsonObject ?? [];
        var (version, magic) = (References.Text(manifest["version"]) ?? "", References.Text(manifest["magic"]) ?? "");
        var good = magic.Length == 0 ? version.Length == 0 : magic == Deployment.Magic(version);
        return good ? null : "magic cookie mismatch; possible tampering/corruption detected";
    }

    private static string? ResourceProblem(IEnumerable<JsonObject> resources)
    {
        var earlier = new HashSet<string>(StringComparer.Ordinal);
        var live = new HashSet<string>(StringComparer.Ordinal);
        var providers = new HashSet<string>(StringComparer.Ordinal);
        foreach (var resource in resources)
        {
            var urn = References.Text(resource["urn"]);
            var type = References.Text(resource["type"]);
            if (urn is null || type is null)
            {
                return $"resource '{urn}' has no {(urn is null ? "urn" : "type")}";
            }
            if (!Deployment.IsOn(resource, "custom") && References.Text(resource["id"]) is { } id)
            {
                return $"resource '{urn}' is not custom, but has the id '{id}'";
            }
            if (ProviderProblem(resource, urn, providers) is { } provider)
            {
                return provider;
            }
            foreach (var (kind, other) in References.Of(resource))
            {
                if (!earlier.Contains(other))
                {
                    return $"resource '{urn}' refers to missing {kind} '{other}'";
                }
            }
            earlier.Add(urn);
            if (!Deployment.IsOn(resource, "delete") && !live.Add(urn))
            {
                return $"duplicate resource '{urn}' (not marked for deletion)";
            }
            providers.Add($"{urn}::{References.Text(resource["id"])}");
        }
        return null;
    }

    private static string? ProviderProblem(JsonObject resource, string urn, HashSet<string> earlier)
    {
        if (References.Text(resource["provider"]) is not { } provider || Deployment.IsOn(resource, "pendingReplacement"))
        {
            return null;
        }
        var (providerUrn, id) = ProviderReference.Split(provider);
        return Urn.Parse(providerUrn) is null || id.Length == 0 ? $"failed to parse provider reference of '{urn}': '{provider}'"
            : !earlier.Contains(provider) ? $"resource '{urn}' refers to unknown provider '{provider}'"
            : null;
    }

    private static string? SnippetProblem(Deployment deployment)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var snippet in (deployment.Body["snippets"] as JsonArray ?? []).OfType<JsonObject>())
        {
            if (References.Text(snippet["uuid"]) is not { } uuid || !seen.Add(uuid))
            {
                return "a snippet has no identifier of its own";
            }
        }
        return null;
    }
}
