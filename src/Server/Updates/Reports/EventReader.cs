using System.Text.Json;
using Server.State;

namespace Server.Updates.Reports;

/// <summary>Reads stored events in one pass, without making anything of what is not asked for. Odd ones are passed over.</summary>
internal static class EventReader
{
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
                told.Set(member, ref reader);
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
