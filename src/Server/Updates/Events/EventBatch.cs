using System.Text.Json;
using Server.Auth;

namespace Server.Updates.Events;

/// <summary>The body of POST …/events/batch, <c>{"events":[…]}</c>, and the single event of POST …/events, as spans of their text.</summary>
public sealed class EventBatch
{
    /// <summary>Resources' properties may nest deeply; beyond this nobody meant it.</summary>
    private static readonly JsonReaderOptions Depth = new() { MaxDepth = 1000 };

    private readonly List<EngineEvent> _events = [];

    private EventBatch() { }

    public IReadOnlyList<EngineEvent> Events => _events;

    public EventRange Range => new(_events.Min(e => e.Sequence), _events.Max(e => e.Sequence));

    /// <summary>How many resources by operation, as JSON, if the run's summary is among the events.</summary>
    public string? ResourceChanges { get; private set; }

    /// <exception cref="ApiException">400: it is not such a body.</exception>
    public static EventBatch Parse(ReadOnlyMemory<byte> text)
    {
        var batch = new EventBatch();
        try
        {
            var reader = new Utf8JsonReader(text.Span, Depth);
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                throw new JsonException("it is not an object.");
            }
            batch.ReadObject(ref reader, text);
            return batch;
        }
        catch (Exception odd) when (odd is JsonException or InvalidOperationException or FormatException)
        {
            throw ApiException.BadRequest($"The body holds no engine events: {odd.Message}");
        }
    }

    /// <summary>Both shapes at once: a batch has <c>events</c>, an event has a <c>sequence</c>.</summary>
    private void ReadObject(ref Utf8JsonReader reader, ReadOnlyMemory<byte> text)
    {
        var single = reader;
        while (Next(ref reader) == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("sequence"u8))
            {
                ReadEvent(ref single, text);
                return;
            }
            if (!reader.ValueTextEquals("events"u8))
            {
                reader.Skip();
                continue;
            }
            var type = Next(ref reader);
            if (type != JsonTokenType.StartArray && type != JsonTokenType.Null)
            {
                throw new JsonException("events is not an array.");
            }
            while (type == JsonTokenType.StartArray && Next(ref reader) != JsonTokenType.EndArray)
            {
                ReadEvent(ref reader, text);
            }
        }
    }

    private void ReadEvent(ref Utf8JsonReader reader, ReadOnlyMemory<byte> text)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("an event is not an object.");
        }
        var start = (int)reader.TokenStartIndex;
        long? sequence = null;
        var payload = "";
        while (Next(ref reader) == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("sequence"u8))
            {
                reader.Read();
                sequence = reader.GetInt64();
            }
            else if (reader.ValueTextEquals("timestamp"u8))
            {
                reader.Read();
                _ = reader.GetInt64();
            }
            else if (EventType.Of(ref reader) is { } type)
            {
                payload = type;
                ReadPayload(ref reader, text);
            }
            else
            {
                reader.Skip();
            }
        }
        if (sequence is not >= 0)
        {
            throw new JsonException("an event has no sequence, or a negative one.");
        }
        _events.Add(new(sequence.Value, payload, text[start..(int)reader.BytesConsumed]));
    }

    private void ReadPayload(ref Utf8JsonReader reader, ReadOnlyMemory<byte> text)
    {
        var isSummary = reader.ValueTextEquals(EventType.Summary);
        if (Next(ref reader) != JsonTokenType.StartObject || !isSummary)
        {
            reader.Skip();
            return;
        }
        while (Next(ref reader) == JsonTokenType.PropertyName)
        {
            var isChanges = reader.ValueTextEquals("resourceChanges"u8);
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            var isMap = reader.TokenType == JsonTokenType.StartObject;
            reader.Skip();
            if (isChanges && isMap)
            {
                ResourceChanges = Counts(text.Span[start..(int)reader.BytesConsumed]);
            }
        }
    }

    /// <returns>Null if it is not a map of counts.</returns>
    private static string? Counts(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Serialize(
                JsonSerializer.Deserialize(json, Wire.WireJson.Default.DictionaryStringInt64)!,
                Wire.WireJson.Default.DictionaryStringInt64
            );
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static JsonTokenType Next(ref Utf8JsonReader reader) =>
        reader.Read() ? reader.TokenType : throw new JsonException("it ends too early.");
}

/// <param name="Type">The member that holds what happened; empty if it is none that is known.</param>
/// <param name="Json">The whole event, as it came.</param>
public readonly record struct EngineEvent(long Sequence, string Type, ReadOnlyMemory<byte> Json);
