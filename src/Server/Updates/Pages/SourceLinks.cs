using System.Text;
using Server.Diffs;

namespace Server.Updates.Pages;

/// <param name="Url">Null where none can be made, or where it is not one of the web.</param>
public sealed record SourceLink(string Label, string Text, string? Url);

/// <summary>
/// Where an update comes from, as its client has told: commit, branch, pull request, build. Its texts are anybody's, so only addresses of the web become
/// links.
/// </summary>
public static class SourceLinks
{
    public static IReadOnlyList<SourceLink> Of(IReadOnlyDictionary<string, string> environment)
    {
        var links = new List<SourceLink>();
        var repository = Repository(environment);
        if (Get("git.head") is { } head)
        {
            var dirty = Get("git.dirty") == "true" ? ", with changes" : "";
            links.Add(new("Commit", head[..Math.Min(head.Length, 8)] + dirty, Below(repository, "commit", head)));
        }
        if (Get("git.headName") is { } branch)
        {
            links.Add(new("Branch", branch.StartsWith("refs/heads/", StringComparison.Ordinal) ? branch[11..] : branch, null));
        }
        if (Get("ci.pr.number") is { } pull)
        {
            links.Add(
                new("Pull request", "#" + pull, Below(repository, Get("vcs.kind") == "gitlab.com" ? "-/merge_requests" : "pull", pull))
            );
        }
        if (Get("ci.system") is { } ci)
        {
            var build = Get("ci.build.number") ?? Get("ci.build.id");
            links.Add(new("Build", build is null ? ci : $"{ci} {build}", Web(Get("ci.build.url"))));
        }
        return links;

        string? Get(string name) => environment.TryGetValue(name, out var value) && value.Length > 0 ? value : null;
    }

    /// <summary>The metadata of an update. What is not a text is shown as it stands.</summary>
    public static SortedDictionary<string, string> Environment(string json)
    {
        var environment = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in new JsonValue(Encoding.UTF8.GetBytes(json)).Members())
        {
            environment[name] = value.IsString ? value.AsString() : value.Shown(1000);
        }
        return environment;
    }

    /// <returns>The address if a browser may be sent there, else null.</returns>
    public static string? Web(string? url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var address)
        && (address.Scheme == "https" || address.Scheme == "http")
        && address.UserInfo == ""
            ? address.AbsoluteUri
            : null;

    private static string? Repository(IReadOnlyDictionary<string, string> environment) =>
        environment.TryGetValue("vcs.kind", out var host)
        && Uri.CheckHostName(host) == UriHostNameType.Dns
        && environment.TryGetValue("vcs.owner", out var owner)
        && environment.TryGetValue("vcs.repo", out var repository)
            ? $"https://{host}/{Escape(owner)}/{Escape(repository)}"
            : null;

    private static string? Below(string? repository, string what, string which) =>
        repository is null ? null : Web($"{repository}/{what}/{Uri.EscapeDataString(which)}");

    /// <summary>An owner may be a group within a group.</summary>
    private static string Escape(string path) => string.Join('/', path.Split('/').Select(Uri.EscapeDataString));
}
