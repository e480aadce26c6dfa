using System.Text.Json;

namespace Server.State;

/// <summary>The members of a resource that the server understands.</summary>
internal enum ResourceMember
{
    Other,
    Urn,
    Type,
    Id,
    Parent,
    Provider,
    DeletedWith,
    ViewOf,
    ExtensionRef,
    SnippetId,
    Custom,
    Delete,
    PendingReplacement,
    RefreshBeforeUpdate,
    Taint,
    Dependencies,
    ReplaceWith,
    Aliases,
    PropertyDependencies,
    ResourceHooks,
    Inputs,
    Outputs,
    ReplacementTrigger,
}

internal static class ResourceMembers
{
    public static ResourceMember Find(ref Utf8JsonReader reader) =>
        Find(reader.ValueIsEscaped ? JsonText.Unescape(reader.ValueSpan) : reader.ValueSpan);

    public static ResourceMember Find(ReadOnlySpan<byte> name) =>
        name.Length switch
        {
            2 when name.SequenceEqual("id"u8) => ResourceMember.Id,
            3 when name.SequenceEqual("urn"u8) => ResourceMember.Urn,
            4 when name.SequenceEqual("type"u8) => ResourceMember.Type,
            5 when name.SequenceEqual("taint"u8) => ResourceMember.Taint,
            6 when name.SequenceEqual("parent"u8) => ResourceMember.Parent,
            6 when name.SequenceEqual("inputs"u8) => ResourceMember.Inputs,
            6 when name.SequenceEqual("custom"u8) => ResourceMember.Custom,
            6 when name.SequenceEqual("delete"u8) => ResourceMember.Delete,
            6 when name.SequenceEqual("viewOf"u8) => ResourceMember.ViewOf,
            7 when name.SequenceEqual("outputs"u8) => ResourceMember.Outputs,
            7 when name.SequenceEqual("aliases"u8) => ResourceMember.Aliases,
            8 when name.SequenceEqual("provider"u8) => ResourceMember.Provider,
            9 when name.SequenceEqual("snippetID"u8) => ResourceMember.SnippetId,
            11 when name.SequenceEqual("deletedWith"u8) => ResourceMember.DeletedWith,
            11 when name.SequenceEqual("replaceWith"u8) => ResourceMember.ReplaceWith,
            12 when name.SequenceEqual("dependencies"u8) => ResourceMember.Dependencies,
            12 when name.SequenceEqual("extensionRef"u8) => ResourceMember.ExtensionRef,
            13 when name.SequenceEqual("resourceHooks"u8) => ResourceMember.ResourceHooks,
            18 when name.SequenceEqual("replacementTrigger"u8) => ResourceMember.ReplacementTrigger,
            18 when name.SequenceEqual("pendingReplacement"u8) => ResourceMember.PendingReplacement,
            19 when name.SequenceEqual("refreshBeforeUpdate"u8) => ResourceMember.RefreshBeforeUpdate,
            20 when name.SequenceEqual("propertyDependencies"u8) => ResourceMember.PropertyDependencies,
            _ => ResourceMember.Other,
        };

    /// <summary>The token its value begins with; <see cref="JsonTokenType.True"/> stands for both booleans.</summary>
    public static JsonTokenType TypeOf(ResourceMember member) =>
        member switch
        {
            >= ResourceMember.Urn and <= ResourceMember.SnippetId => JsonTokenType.String,
            >= ResourceMember.Custom and <= ResourceMember.Taint => JsonTokenType.True,
            >= ResourceMember.Dependencies and <= ResourceMember.Aliases => JsonTokenType.StartArray,
            _ => JsonTokenType.StartObject,
        };

    public static string NameOf(ResourceMember member) =>
        member switch
        {
            ResourceMember.SnippetId => "snippetID",
            _ => char.ToLowerInvariant(member.ToString()[0]) + member.ToString()[1..],
        };
}
