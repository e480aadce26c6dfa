using System.Text.Json.Nodes;
using Cli.Storage;

namespace Cli.Config;

/// <summary>JSON on one line.</summary>
internal static class CompactJson
{
    public static string Write(JsonNode? value) =>
        value switch
        {
            JsonObject map =>
                $"{{{string.Join(',', map.Select(member => $"{Scalar(JsonValue.Create(member.Key))}:{Write(member.Value)}"))}}}",
            JsonArray list => $"[{string.Join(',', list.Select(Write))}]",
            _ => Scalar(value),
        };

    private static string Scalar(JsonNode? value) => GoJson.Write(value, indent: 0, escapeHtml: false);
}
