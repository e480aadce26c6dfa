using System.Text.Json;

namespace Server.Oidc;

/// <summary>Finds claims by name or by path: <c>sub</c>, <c>"kubernetes.io".pod.name</c>.</summary>
public static class Claims
{
    /// <returns>What the claim says: all of a list, nothing if there is none.</returns>
    public static IEnumerable<string> Values(JsonElement claims, string path)
    {
        if (claims.TryGetProperty(path, out var whole)) // a name with dots, as in https://example.com/role
        {
            return Texts(whole);
        }
        var at = claims;
        foreach (var part in Parts(path))
        {
            if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(part, out at))
            {
                return [];
            }
        }
        return Texts(at);
    }

    private static IEnumerable<string> Texts(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.String => [value.GetString()!],
            JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => [value.GetRawText()],
            JsonValueKind.Array => value.EnumerateArray().Where(v => v.ValueKind != JsonValueKind.Array).SelectMany(Texts),
            _ => [],
        };

    private static List<string> Parts(string path)
    {
        var (parts, part, quoted) = (new List<string>(), new System.Text.StringBuilder(), false);
        foreach (var c in path)
        {
            if (c == '"')
            {
                quoted = !quoted;
            }
            else if (c == '.' && !quoted)
            {
                parts.Add(part.ToString());
                part.Clear();
            }
            else
            {
                part.Append(c);
            }
        }
        parts.Add(part.ToString());
        return parts;
    }
}
