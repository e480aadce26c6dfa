using Cli.Project;

namespace Cli.About.Dependencies;

/// <summary><c>go.mod</c>, which names the exact versions, indirect ones too.</summary>
internal static class GoDependencies
{
    private const string Require = "require";

    public static IEnumerable<Dependency> Read(ProjectFile project, bool all)
    {
        if (ProgramDependencies.Manifest(project, "go.mod") is not { } manifest)
        {
            yield break;
        }
        var block = "";
        foreach (var line in File.ReadLines(manifest))
        {
            var words = line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            switch (words)
            {
                case [var name, "("]:
                    block = name;
                    break;
                case [")", ..]:
                    block = "";
                    break;
                case [Require, var module, var version, .. var comment] when all || !IsIndirect(comment):
                    yield return new(module, version, PluginOf(module, version));
                    break;
                case [var module, var version, .. var comment] when block == Require && (all || !IsIndirect(comment)):
                    yield return new(module, version, PluginOf(module, version));
                    break;
            }
        }
    }

    private static bool IsIndirect(string[] comment) => comment is ["//", "indirect", ..];

    /// <summary>Of <c>github.com/pulumi/pulumi-aws/sdk/v6</c>.</summary>
    private static Plugin? PluginOf(string module, string version) =>
        module.Split('/') is [_, _, var repository, "sdk", ..] && repository.StartsWith("pulumi-", StringComparison.Ordinal)
            ? new("resource", repository["pulumi-".Length..], version.TrimStart('v'))
            : null;
}
