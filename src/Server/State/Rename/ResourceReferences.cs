using System.Text.Json;

namespace Server.State;

/// <summary>Rewrites the URNs of references to resources, wherever in properties they are: also in the plain text of secrets.</summary>
internal static class ResourceReferences
{
    private static ReadOnlySpan<byte> SignatureKey => "4dabf18193072939515e22adb298388d"u8;
    private static ReadOnlySpan<byte> ReferenceSignature => "5cf8f73096256a8f31e491e813e4eb8e"u8;
    private static ReadOnlySpan<byte> SecretSignature => "1b47061264138c4ac30d75fd1eb44270"u8;

    /// <returns>JSON; null if nothing changes.</returns>
    public static byte[]? Rewrite(ReadOnlySpan<byte> value, Func<string, string> rename)
    {
        if (value.IndexOf(SignatureKey) < 0)
        {
            return null;
        }
        var replacements = Find(value, rename);
        if (replacements.Count == 0)
        {
            return null;
        }
        using var result = new MemoryStream(value.Length + 256);
        var copied = 0;
        foreach (var (span, now) in replacements.OrderBy(r => r.Span.Start))
        {
            result.Write(value[copied..span.Start]);
            result.Write(now);
            copied = span.Start + span.Length;
        }
        result.Write(value[copied..]);
        return result.ToArray();
    }

    private static List<(TextSpan Span, byte[] Now)> Find(ReadOnlySpan<byte> value, Func<string, string> rename)
    {
        var found = new List<(TextSpan, byte[])>();
        var open = new Stack<Signed>();
        var reader = StateJson.Reader(value);
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject:
                    open.Push(default);
                    break;
                case JsonTokenType.EndObject:
                    if (Replace(open.Pop(), value, rename) is { } replacement)
                    {
                        found.Add(replacement);
                    }
                    break;
                case JsonTokenType.PropertyName:
                    ReadMember(ref reader, open);
                    break;
            }
        }
        return found;
    }

    /// <summary>Notes the members that count; a value that is an object is left to be read.</summary>
    private static void ReadMember(ref Utf8JsonReader reader, Stack<Signed> open)
    {
        var isSignature = reader.Reads(SignatureKey);
        var isUrn = reader.Reads("urn"u8);
        var isPlaintext = reader.Reads("plaintext"u8);
        if (!isSignature && !isUrn && !isPlaintext)
        {
            return;
        }
        var ahead = reader;
        ahead.Read();
        if (ahead.TokenType != JsonTokenType.String)
        {
            return;
        }
        reader = ahead;
        var signed = open.Pop();
        var span = new TextSpan((int)reader.TokenStartIndex, (int)(reader.BytesConsumed - reader.TokenStartIndex));
        if (isSignature)
        {
            signed.IsReference = reader.Reads(ReferenceSignature);
            signed.IsSecret = reader.Reads(SecretSignature);
        }
        else if (isUrn)
        {
            signed.Urn = span;
        }
        else
        {
            signed.Plaintext = span;
        }
        open.Push(signed);
    }

    private static (TextSpan, byte[])? Replace(Signed signed, ReadOnlySpan<byte> value, Func<string, string> rename)
    {
        if (signed is { IsReference: true, Urn.IsEmpty: false })
        {
            var old = JsonText.ToString(signed.Urn.Of(value)[1..^1]);
            var now = rename(old);
            return now == old ? null : (signed.Urn, StateJson.Quote(now));
        }
        if (signed is { IsSecret: true, Plaintext.IsEmpty: false })
        {
            var json = JsonText.Unescape(signed.Plaintext.Of(value)[1..^1]);
            return RewritePlaintext(json, rename) is { } now ? (signed.Plaintext, now) : null;
        }
        return null;
    }

    /// <summary>JSON text in a JSON string. What is no JSON is left alone.</summary>
    private static byte[]? RewritePlaintext(ReadOnlySpan<byte> json, Func<string, string> rename)
    {
        try
        {
            return Rewrite(json, rename) is { } now ? StateJson.Quote(System.Text.Encoding.UTF8.GetString(now)) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private struct Signed
    {
        public bool IsReference;
        public bool IsSecret;
        public TextSpan Urn;
        public TextSpan Plaintext;
    }
}
