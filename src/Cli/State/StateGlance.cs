using System.Globalization;
using System.Text.Json;

namespace Cli.State;

/// <summary>What a list shows of a state, found without building the state in memory.</summary>
/// <param name="Time">Of the last change; null where there was none.</param>
/// <param name="Resources">Null where there is no state.</param>
internal sealed record StateGlance(DateTimeOffset? Time, long? Resources)
{
    /// <param name="file">A state file of a store.</param>
    public static StateGlance Of(ReadOnlySpan<byte> file)
    {
        var reader = new Utf8JsonReader(file);
        DateTimeOffset? time = null;
        long? resources = null;
        try
        {
            if (!Enter(ref reader, "checkpoint") || !Enter(ref reader, "latest"))
            {
                return new(null, null);
            }
            resources = 0;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("manifest"))
                {
                    time = TimeIn(ref reader);
                }
                else if (reader.ValueTextEquals("resources"))
                {
                    resources = Count(ref reader);
                }
                else
                {
                    reader.Skip();
                }
            }
        }
        catch (JsonException)
        {
            // A list shows what it can; opening this one stack will say what is wrong with it.
        }
        return new(time is { Year: > 1 } ? time : null, resources);
    }

    /// <summary>Into the object that the named member of the next object is.</summary>
    private static bool Enter(ref Utf8JsonReader reader, string member)
    {
        if (reader.TokenType == JsonTokenType.None && !reader.Read())
        {
            return false;
        }
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals(member))
            {
                return reader.Read() && reader.TokenType == JsonTokenType.StartObject;
            }
            reader.Skip();
        }
        return false;
    }

    private static DateTimeOffset? TimeIn(ref Utf8JsonReader reader)
    {
        DateTimeOffset? time = null;
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isTime = reader.ValueTextEquals("time");
            reader.Read();
            if (isTime && DateTimeOffset.TryParse(reader.GetString(), CultureInfo.InvariantCulture, out var parsed))
            {
                time = parsed;
            }
            reader.Skip();
        }
        return time;
    }

    private static long Count(ref Utf8JsonReader reader)
    {
        var count = 0L;
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return 0;
        }
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            count++;
            reader.Skip();
        }
        return count;
    }
}
