using System.Text.Json;
using Server.Environments.Language;

namespace Server.Environments;

/// <summary>One value of an opened environment: every level has its envelope.</summary>
internal static class OpenedValue
{
    public static JsonElement? Find(JsonElement environment, IReadOnlyList<PathStep> path)
    {
        if (path[0].Key is not { } first || !environment.GetProperty("properties").TryGetProperty(first, out var envelope))
        {
            return null;
        }
        foreach (var step in path.Skip(1))
        {
            if (Part(envelope.GetProperty("value"), step) is not { } next)
            {
                return null;
            }
            envelope = next;
        }
        return envelope;
    }

    private static JsonElement? Part(JsonElement value, PathStep step) =>
        (step.Key, value.ValueKind) switch
        {
            ({ } key, JsonValueKind.Object) => value.TryGetProperty(key, out var property) ? property : null,
            (null, JsonValueKind.Array) => step.Index < value.GetArrayLength() ? value[step.Index] : null,
            _ => null,
        };
}
