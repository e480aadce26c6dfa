namespace Server.Data;

/// <summary>Patterns for <c>LIKE … ESCAPE '!'</c>.</summary>
public static class Like
{
    /// <returns>What lower-case text fits that contains this one.</returns>
    public static string Containing(string text)
    {
        text = text.ToLowerInvariant().Replace("\0", "", StringComparison.Ordinal);
        foreach (var special in new[] { "!", "%", "_" })
        {
            text = text.Replace(special, "!" + special, StringComparison.Ordinal);
        }
        return $"%{text}%";
    }
}
