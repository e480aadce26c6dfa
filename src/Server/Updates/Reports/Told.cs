using System.Text.Json;
using Server.State;

namespace Server.Updates.Reports;

/// <summary>The little that a report wants of an event.</summary>
internal sealed class Told
{
    private const int LongestMessage = 8_000;

    public required EventKind Kind { get; init; }
    public string? Op { get; private set; }
    public string? Urn { get; private set; }
    public string? Type { get; private set; }
    public string? Prefix { get; private set; }
    public string? Message { get; private set; }
    public string? Severity { get; private set; }
    public string? Policy { get; private set; }
    public string? Level { get; private set; }
    public long Duration { get; private set; }
    public bool Ephemeral { get; private set; }

    public enum Name
    {
        Op,
        Urn,
        Type,
        Prefix,
        Message,
        Severity,
        Policy,
        Level,
        Duration,
        Ephemeral,
    }

    public static Name? Member(ref Utf8JsonReader reader) =>
        reader.Reads("op"u8) ? Name.Op
        : reader.Reads("urn"u8) || reader.Reads("resourceUrn"u8) ? Name.Urn
        : reader.Reads("type"u8) ? Name.Type
        : reader.Reads("prefix"u8) ? Name.Prefix
        : reader.Reads("message"u8) || reader.Reads("error"u8) ? Name.Message
        : reader.Reads("severity"u8) ? Name.Severity
        : reader.Reads("policyName"u8) ? Name.Policy
        : reader.Reads("enforcementLevel"u8) ? Name.Level
        : reader.Reads("durationSeconds"u8) ? Name.Duration
        : reader.Reads("ephemeral"u8) ? Name.Ephemeral
        : null;

    public void Set(Name member, ref Utf8JsonReader reader)
    {
        if (member == Name.Duration)
        {
            Duration = reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var seconds) ? seconds : 0;
        }
        else if (member == Name.Ephemeral)
        {
            Ephemeral = reader.TokenType == JsonTokenType.True;
        }
        else if (reader.TokenType == JsonTokenType.String)
        {
            SetText(member, JsonText.ToString(reader.ValueSpan));
            return;
        }
        reader.Skip();
    }

    private void SetText(Name member, string text)
    {
        switch (member)
        {
            case Name.Op:
                Op = text;
                break;
            case Name.Urn:
                Urn = text;
                break;
            case Name.Type:
                Type = text;
                break;
            case Name.Prefix:
                Prefix = text;
                break;
            case Name.Message:
                Message = text.Length > LongestMessage ? $"{text[..LongestMessage]}… ({text.Length} characters in all)" : text;
                break;
            case Name.Severity:
                Severity = text;
                break;
            case Name.Policy:
                Policy = text;
                break;
            case Name.Level:
                Level = text;
                break;
        }
    }
}
