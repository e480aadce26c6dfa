using System.Text.Json;
using Server.State;

namespace Server.Updates.Reports;

/// <summary>Reads stored events in one pass, without making anything of what is not asked for. Odd ones are passed over.</summary>
internal static class EventReader
{
    /// <summary>Of one message.</summary>
    private const int LongestText = 8_000;

    public static void Read(ReadOnlySpan<byte> text, IEventSink sink)
    {
        var reader = StateJson.Reader(text);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return;
        }
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.Reads("sequence"u8))
            {
                reader = StateJson.Reader(text);
                reader.Read();
                ReadEvent(ref reader, sink); // the body is one event
                return;
            }
            var isEvents = reader.Reads("events"u8);
            reader.Read();
            if (!isEvents || reader.TokenType != JsonTokenType.StartArray)
            {
                reader.Skip();
                continue;
            }
            while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
            {
                ReadEvent(ref reader, sink);
            }
        }
    }

    private static void ReadEvent(ref Utf8JsonReader reader, IEventSink sink)
    {
        long sequence = -1,
            seconds = 0;
        Told? told = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.Reads("sequence"u8))
            {
                reader.Read();
                sequence = reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var number) ? number : -1;
            }
            else if (reader.Reads("timestamp"u8))
            {
                reader.Read();
                seconds = reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var number) ? number : 0;
            }
            else if (Kinds.Of(ref reader) is var kind && kind != EventKind.Other)
            {
                told = new() { Kind = kind };
                ReadPayload(ref reader, told);
            }
            else
            {
                reader.Skip();
            }
        }
        if (sequence >= 0 && told is not null)
        {
            sink.Take(sequence, seconds, told);
        }
    }

    private static void ReadPayload(ref Utf8JsonReader reader, Told told)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.Reads("metadata"u8))
            {
                ReadPayload(ref reader, told); // its members have names of their own
            }
            else if (Told.Member(ref reader) is { } member)
            {
                reader.Read();
                told.Set(member, ref reader, LongestText);
            }
            else
            {
                reader.Skip();
            }
        }
    }
}

internal interface IEventSink
{
    void Take(long sequence, long seconds, Told told);
}

internal enum EventKind
{
    Other,
    Begin,
    End,
    Fail,
    Diagnostic,
    Output,
    Error,
    Policy,
    Summary,
}

internal static class Kinds
{
    public static EventKind Of(ref Utf8JsonReader reader) =>
        reader.Reads("resourcePreEvent"u8) ? EventKind.Begin
        : reader.Reads("resOutputsEvent"u8) ? EventKind.End
        : reader.Reads("resOpFailedEvent"u8) ? EventKind.Fail
        : reader.Reads("diagnosticEvent"u8) ? EventKind.Diagnostic
        : reader.Reads("stdoutEvent"u8) ? EventKind.Output
        : reader.Reads("errorEvent"u8) ? EventKind.Error
        : reader.Reads("policyEvent"u8) ? EventKind.Policy
        : reader.Reads("summaryEvent"u8) ? EventKind.Summary
        : EventKind.Other;
}

/// <summary>The little that a report wants of an event.</summary>
internal sealed class Told
{
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

    public void Set(Name member, ref Utf8JsonReader reader, int longest)
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
            SetText(member, JsonText.ToString(reader.ValueSpan), longest);
            return;
        }
        reader.Skip();
    }

    private void SetText(Name member, string text, int longest)
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
                Message = text.Length > longest ? $"{text[..longest]}… ({text.Length} characters in all)" : text;
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
