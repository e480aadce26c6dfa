using System.Text.Json;

namespace Server.State;

/// <summary>The little that the server reads of a resource, as places in its text. Properties are stepped over.</summary>
internal struct ResourceFacts
{
    public TextSpan Urn;
    public TextSpan Type;
    public TextSpan Id;
    public TextSpan Parent;
    public TextSpan Provider;
    public TextSpan DeletedWith;
    public TextSpan ViewOf;

    /// <summary>Arrays and objects with their brackets; empty if they have no elements.</summary>
    public TextSpan Dependencies;
    public TextSpan PropertyDependencies;
    public TextSpan ReplaceWith;
    public TextSpan Aliases;

    public Features Features;
    public bool Custom;
    public bool Delete;
    public bool PendingReplacement;

    /// <summary>The first member that has not the type that it must have.</summary>
    public string? Malformed;

    /// <summary>Reads on from the opening brace, to the closing one. Places count from the opening brace.</summary>
    /// <param name="buffer">What <paramref name="reader"/> reads.</param>
    /// <returns>False if the text ends before the resource does, which happens only while more of it is to come.</returns>
    /// <exception cref="JsonException"/>
    public static bool TryRead(ref Utf8JsonReader reader, ReadOnlySpan<byte> buffer, out ResourceFacts facts)
    {
        facts = default;
        var origin = (int)reader.TokenStartIndex;
        buffer = buffer[origin..];
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.EndObject)
            {
                return true;
            }
            var member = ResourceMembers.Find(ref reader);
            if (!reader.Read())
            {
                return false;
            }
            var token = reader.TokenType;
            var start = (int)reader.TokenStartIndex - origin;
            if (!reader.TrySkip())
            {
                return false;
            }
            if (member is > ResourceMember.Other and < ResourceMember.Inputs && token != JsonTokenType.Null)
            {
                facts.Set(member, token, new(start, (int)reader.BytesConsumed - origin - start), buffer);
            }
        }
        return false;
    }

    private void Set(ResourceMember member, JsonTokenType token, TextSpan value, ReadOnlySpan<byte> text)
    {
        var expected = ResourceMembers.TypeOf(member);
        if (expected == JsonTokenType.True ? token is not (JsonTokenType.True or JsonTokenType.False) : token != expected)
        {
            Malformed ??= ResourceMembers.NameOf(member);
            return;
        }
        switch (expected)
        {
            case JsonTokenType.String:
                SetText(member, new(value.Start + 1, value.Length - 2));
                break;
            case JsonTokenType.True:
                SetFlag(member, token == JsonTokenType.True);
                break;
            default:
                var elements = text.Slice(value.Start + 1, value.Length - 2);
                SetList(member, elements.IndexOfAnyExcept(" \t\r\n"u8) < 0 ? default : value);
                break;
        }
    }

    private void SetText(ResourceMember member, TextSpan text)
    {
        switch (member)
        {
            case ResourceMember.Urn:
                Urn = text;
                break;
            case ResourceMember.Type:
                Type = text;
                break;
            case ResourceMember.Id:
                Id = text;
                break;
            case ResourceMember.Parent:
                Parent = text;
                break;
            case ResourceMember.Provider:
                Provider = text;
                break;
            case ResourceMember.DeletedWith:
                DeletedWith = text;
                break;
            case ResourceMember.ViewOf:
                ViewOf = text;
                Mark(Features.Views, !text.IsEmpty);
                break;
            case ResourceMember.ExtensionRef:
                Mark(Features.ExtensionParameterization, !text.IsEmpty);
                break;
            case ResourceMember.SnippetId:
                Mark(Features.Snippets, !text.IsEmpty);
                break;
        }
    }

    private void SetFlag(ResourceMember member, bool value)
    {
        switch (member)
        {
            case ResourceMember.Custom:
                Custom = value;
                break;
            case ResourceMember.Delete:
                Delete = value;
                break;
            case ResourceMember.PendingReplacement:
                PendingReplacement = value;
                break;
            case ResourceMember.RefreshBeforeUpdate:
                Mark(Features.RefreshBeforeUpdate, value);
                break;
            case ResourceMember.Taint:
                Mark(Features.Taint, value);
                break;
        }
    }

    private void SetList(ResourceMember member, TextSpan list)
    {
        switch (member)
        {
            case ResourceMember.Dependencies:
                Dependencies = list;
                break;
            case ResourceMember.PropertyDependencies:
                PropertyDependencies = list;
                break;
            case ResourceMember.Aliases:
                Aliases = list;
                break;
            case ResourceMember.ReplaceWith:
                ReplaceWith = list;
                Mark(Features.ReplaceWith, !list.IsEmpty);
                break;
            case ResourceMember.ResourceHooks:
                Mark(Features.Hooks, !list.IsEmpty);
                break;
        }
    }

    private void Mark(Features feature, bool present) => Features = present ? Features | feature : Features & ~feature;
}
