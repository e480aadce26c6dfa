using System.Text.Json;
using Cli.Api;
using Wire;

namespace Cli.Env;

/// <summary>What a server says is wrong with a definition, for people.</summary>
internal static class EnvironmentProblems
{
    /// <param name="yaml">The text that was sent, for the lines that are wrong; null where there was none.</param>
    /// <returns>Null when the server has said no more than usual.</returns>
    public static UserErrorException? Of(ApiException refused, string? yaml)
    {
        try
        {
            return
                JsonSerializer.Deserialize(refused.Body, WireJson.Default.EnvironmentErrorResponse)
                    is { Diagnostics: { Count: > 0 } diagnostics }
                ? new("the environment has errors:\n" + string.Join('\n', diagnostics.Select(d => "  " + Line(d) + Snippet(d, yaml))))
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public static string Line(EnvironmentDiagnostic diagnostic) =>
        diagnostic.Range is { } range
            ? $"{range.Environment}:{range.Begin.Line}:{range.Begin.Column}: {diagnostic.Summary}"
            : diagnostic.Summary;

    private static string Snippet(EnvironmentDiagnostic diagnostic, string? yaml) =>
        yaml is not null
        && diagnostic.Range is { } range
        && yaml.Split('\n') is var lines
        && range.Begin.Line <= lines.Length
        && lines[range.Begin.Line - 1].Trim() is { Length: > 0 } line
            ? $"\n      {line}"
            : "";
}
