namespace Server.State;

/// <summary><c>extensions</c> of a deployment: a map of references.</summary>
internal static class ExtensionMap
{
    /// <returns>A JSON object with both; where both have a reference, the base's. Nothing if there is none.</returns>
    public static ReadOnlyMemory<byte> Overlay(OrderedDictionary<string, ReadOnlyMemory<byte>> added, ReadOnlyMemory<byte> ofBase)
    {
        if (added.Count == 0)
        {
            return ofBase;
        }
        var all = new OrderedDictionary<string, ReadOnlyMemory<byte>>(added, StringComparer.Ordinal);
        foreach (var (name, value) in Member.Of(ofBase))
        {
            all[name] = value;
        }
        using var result = new MemoryStream();
        foreach (var (name, value) in all)
        {
            result.Write(result.Length == 0 ? "{"u8 : ","u8);
            result.Write(StateJson.Quote(name));
            result.Write(":"u8);
            result.Write(value.Span);
        }
        result.Write("}"u8);
        return result.ToArray();
    }
}
