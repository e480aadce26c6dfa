using System.Text.Json;

namespace Server.Resources;

/// <summary>Objects in properties that stand for something else, told by their signature (protocol: <c>4dabf18193072939515e22adb298388d</c>).</summary>
public static class SpecialValue
{
    public const string Signature = "4dabf18193072939515e22adb298388d";
    public const string Secret = "1b47061264138c4ac30d75fd1eb44270";
    public const string Asset = "c44067f5952c0a294b673a41bacd8c17";
    public const string Archive = "0def7320c3a5731c473e5ecbe6d01bc7";
    public const string Reference = "5cf8f73096256a8f31e491e813e4eb8e";
    public const string Output = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

    /// <summary>What stands for a value that only an update will know.</summary>
    public const string Unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

    /// <returns>One of the signatures; null for a plain value.</returns>
    public static string? SignatureOf(JsonElement value) =>
        value.ValueKind == JsonValueKind.Object
        && value.TryGetProperty(Signature, out var signature)
        && signature.ValueKind == JsonValueKind.String
            ? signature.GetString()
            : null;

    /// <summary>A string member; empty if there is none.</summary>
    public static string Text(this JsonElement value, string member) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(member, out var text) && text.ValueKind == JsonValueKind.String
            ? text.Read()
            : "";

    /// <summary>The string, with U+FFFD for half a surrogate pair: programs write such texts, and pages must show them.</summary>
    public static string Read(this JsonElement text)
    {
        try
        {
            return text.GetString()!;
        }
        catch (InvalidOperationException)
        {
            var raw = text.GetRawText();
            return State.JsonText.ToString(System.Text.Encoding.UTF8.GetBytes(raw[1..^1]));
        }
    }

    /// <inheritdoc cref="Read(JsonElement)"/>
    public static string ReadName(this JsonProperty member)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException)
        {
            return "\uFFFD";
        }
    }

    /// <summary>The value at a place such as <c>/tags/0</c> (RFC 6901).</summary>
    public static JsonElement? At(JsonElement root, string place)
    {
        var value = root;
        foreach (
            var step in place
                .Split('/')
                .Skip(1)
                .Select(s => s.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal))
        )
        {
            if (value.ValueKind == JsonValueKind.Object && value.TryGetProperty(step, out var member))
            {
                value = member;
            }
            else if (value.ValueKind == JsonValueKind.Array && int.TryParse(step, out var at) && at >= 0 && at < value.GetArrayLength())
            {
                value = value[at];
            }
            else
            {
                return null;
            }
        }
        return value;
    }

    public static string Below(string place, string step) =>
        $"{place}/{step.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";
}
