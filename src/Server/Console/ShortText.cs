namespace Server.Console;

public static class ShortText
{
    /// <returns>A long text without its middle.</returns>
    public static string Of(string text, int most)
    {
        if (text.Length <= most)
        {
            return text;
        }
        var (head, tail) = ((most - 1) / 2, text.Length - most / 2);
        head -= char.IsHighSurrogate(text[head - 1]) ? 1 : 0;
        tail += char.IsLowSurrogate(text[tail]) ? 1 : 0;
        return string.Concat(text.AsSpan(0, head), "…", text.AsSpan(tail));
    }
}
