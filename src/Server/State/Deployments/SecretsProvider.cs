using System.Text.Json;

namespace Server.State;

/// <summary><c>secrets_providers</c> of a deployment: <c>{"type":…,"state":…}</c>.</summary>
internal static class SecretsProvider
{
    /// <returns>The new one, unless it says the same as the old one or nothing.</returns>
    public static ReadOnlyMemory<byte> Choose(ReadOnlyMemory<byte> old, ReadOnlyMemory<byte> chosen) =>
        chosen.IsEmpty || IsSame(old.Span, chosen.Span) ? old : chosen;

    public static bool IsService(ReadOnlySpan<byte> provider) => Integrity.StringMember(provider, "type"u8) == "service";

    /// <summary>Lets the state of the service's own provider name the stack as it is called now.</summary>
    public static ReadOnlyMemory<byte> Rename(ReadOnlyMemory<byte> provider, FullStackName from, FullStackName to)
    {
        var state = State(provider.Span);
        var named = !state.IsEmpty && state[0] == '{' && IsService(provider.Span);
        if (
            !named
            || Integrity.StringMember(state, "owner"u8) != from.Organization
            || Integrity.StringMember(state, "project"u8) != from.Project
            || Integrity.StringMember(state, "stack"u8) != from.Stack
        )
        {
            return provider;
        }
        provider.Span.Overlaps(state, out var start);
        using var result = new MemoryStream();
        result.Write(provider.Span[..start]);
        foreach (var (name, value) in Member.Of(provider.Slice(start, state.Length)))
        {
            result.Write(result.Length == start ? "{"u8 : ","u8);
            result.Write(StateJson.Quote(name));
            result.Write(":"u8);
            result.Write(
                name switch
                {
                    "owner" => StateJson.Quote(to.Organization),
                    "project" => StateJson.Quote(to.Project),
                    "stack" => StateJson.Quote(to.Stack),
                    _ => value.Span,
                }
            );
        }
        result.Write("}"u8);
        result.Write(provider.Span[(start + state.Length)..]);
        return result.ToArray();
    }

    private static bool IsSame(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other) =>
        Integrity.StringMember(one, "type"u8) == Integrity.StringMember(other, "type"u8) && State(one).SequenceEqual(State(other));

    private static ReadOnlySpan<byte> State(ReadOnlySpan<byte> provider)
    {
        if (provider.IsEmpty)
        {
            return default;
        }
        var reader = StateJson.Reader(provider);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isState = reader.Reads("state"u8);
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            if (isState)
            {
                return provider[start..(int)reader.BytesConsumed];
            }
        }
        return default;
    }
}
