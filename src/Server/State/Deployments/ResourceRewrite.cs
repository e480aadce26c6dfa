using System.Buffers;

namespace Server.State;

/// <summary>What becomes of a member of a resource.</summary>
/// <returns>Its value as JSON: the one given, another, or null to leave the member out.</returns>
internal delegate byte[]? RewriteMember(ResourceMember member, ReadOnlySpan<byte> value, out bool isSame);

/// <summary>Makes a resource that differs in a few members; the bytes of all others stay.</summary>
internal static class ResourceRewrite
{
    public static Resource WithFlag(Resource resource, ResourceMember flag, bool isSet)
    {
        if (isSet)
        {
            return resource;
        }
        var added = System.Text.Encoding.ASCII.GetBytes($"\"{ResourceMembers.NameOf(flag)}\":true");
        return Rewrite(
            resource,
            (ResourceMember member, ReadOnlySpan<byte> _, out bool isSame) =>
            {
                isSame = member != flag;
                return null;
            },
            added
        );
    }

    /// <param name="added">A further member, with its name.</param>
    public static Resource Rewrite(Resource resource, RewriteMember rewrite, byte[]? added = null)
    {
        var text = resource.Text.Span;
        var result = new ArrayBufferWriter<byte>(text.Length + 64);
        result.Write("{"u8);
        var reader = StateJson.Reader(text);
        reader.Read();
        while (reader.Read() && reader.TokenType == System.Text.Json.JsonTokenType.PropertyName)
        {
            var member = ResourceMembers.Find(ref reader);
            var name = text.Slice((int)reader.TokenStartIndex, reader.ValueSpan.Length + 2);
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            var value = text[start..(int)reader.BytesConsumed];
            var changed = rewrite(member, value, out var isSame);
            if (isSame || changed is not null)
            {
                WriteMember(result, name, isSame ? value : changed);
            }
        }
        if (added is not null)
        {
            Separate(result);
            result.Write(added);
        }
        result.Write("}"u8);
        return Resource.Parse(result.WrittenMemory);
    }

    private static void WriteMember(ArrayBufferWriter<byte> result, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        Separate(result);
        result.Write(name);
        result.Write(":"u8);
        result.Write(value);
    }

    private static void Separate(ArrayBufferWriter<byte> result)
    {
        if (result.WrittenCount > 1)
        {
            result.Write(","u8);
        }
    }
}
