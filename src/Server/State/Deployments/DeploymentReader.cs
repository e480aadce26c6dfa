using System.Text.Json;
using Server.Auth;

namespace Server.State;

/// <summary>
/// Reads a deployment piece by piece, so that a large one need never be in memory as a whole. What is not a resource is small and is kept.
/// </summary>
/// <param name="bare">There is no envelope.</param>
/// <param name="textStays">The result may refer to the piece that it was read from.</param>
/// <param name="onResource">Called for each resource; its text stays good only as long as the piece does.</param>
internal sealed class DeploymentReader(bool bare, bool textStays, Action<Deployment, Resource> onResource)
{
    private const string What = "The state";

    private JsonReaderState _state = new(StateJson.Options);
    private Place _place;
    private bool _hasDeployment;
    private bool _hasResources;
    private int _start;

    private enum Place
    {
        Start,
        Envelope,
        Deployment,
        Resources,
        PendingOperations,
        End,
    }

    public Deployment Result { get; } = new();

    /// <summary>More may follow in the last piece, and is not looked at.</summary>
    public bool StopsAtEnd { get; init; }

    /// <returns>How much of the piece is done with. The next piece begins with the rest.</returns>
    /// <exception cref="ApiException">400: this is not a deployment.</exception>
    public int Read(ReadOnlyMemory<byte> piece, bool isLast)
    {
        var reader = new Utf8JsonReader(piece.Span, isLast, _state);
        try
        {
            Utf8JsonReader before;
            do
            {
                before = reader;
            } while (Step(ref reader, piece));
            reader = before;
        }
        catch (JsonException problem)
        {
            throw StateJson.Malformed(What, problem);
        }
        if (isLast && _place != Place.End)
        {
            throw ApiException.BadRequest(What + " is cut off.");
        }
        _state = reader.CurrentState;
        var done = (int)reader.BytesConsumed;
        StateJson.RequireUtf8(piece.Span[..done], What);
        return done;
    }

    private bool Step(ref Utf8JsonReader reader, ReadOnlyMemory<byte> piece) =>
        !(StopsAtEnd && _place == Place.End)
        && reader.Read()
        && _place switch
        {
            Place.Start => Start(ref reader),
            Place.Envelope => EnvelopeMember(ref reader, piece),
            Place.Deployment => DeploymentMember(ref reader, piece),
            Place.Resources => NextResource(ref reader, piece),
            _ => NextPendingOperation(ref reader, piece),
        };

    private bool Start(ref Utf8JsonReader reader)
    {
        Require(reader.TokenType == JsonTokenType.StartObject, "is not a JSON object");
        _place = bare ? Place.Deployment : Place.Envelope;
        return true;
    }

    private bool EnvelopeMember(ref Utf8JsonReader reader, ReadOnlyMemory<byte> piece)
    {
        if (reader.TokenType == JsonTokenType.EndObject)
        {
            _place = Place.End;
            return true;
        }
        var name = JsonText.ToString(reader.ValueSpan);
        if (!reader.Read())
        {
            return false;
        }
        if (name == "deployment")
        {
            Require(reader.TokenType is JsonTokenType.StartObject or JsonTokenType.Null, "has a deployment that is not an object");
            Require(!_hasDeployment, "has two deployments");
            _hasDeployment = true;
            _start = (int)reader.TokenStartIndex;
            _place = reader.TokenType == JsonTokenType.StartObject ? Place.Deployment : _place;
            return true;
        }
        if (!TryValue(ref reader, piece, out var value))
        {
            return false;
        }
        switch (name)
        {
            case "version":
                Require(
                    value.Span.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0 && value.Length < 10,
                    "has a version that is no number"
                );
                Result.Version = int.Parse(value.Span);
                break;
            case "features":
                ReadFeatures(value);
                break;
            default:
                Result.Envelope.Add(new(name, value));
                break;
        }
        return true;
    }

    private bool DeploymentMember(ref Utf8JsonReader reader, ReadOnlyMemory<byte> piece)
    {
        if (reader.TokenType == JsonTokenType.EndObject)
        {
            Result.Text = textStays ? piece[_start..(int)reader.BytesConsumed] : default;
            _place = bare ? Place.End : Place.Envelope;
            return true;
        }
        var name = JsonText.ToString(reader.ValueSpan);
        if (!reader.Read())
        {
            return false;
        }
        if (name is "resources" or "pending_operations" or "pendingOperations")
        {
            return EnterList(name, ref reader);
        }
        if (!TryValue(ref reader, piece, out var value))
        {
            return false;
        }
        var isNull = reader.TokenType == JsonTokenType.Null;
        switch (name)
        {
            case "manifest":
                Result.Manifest = isNull ? default : RequireObject(name, value);
                break;
            case "secrets_providers":
                Result.SecretsProviders = isNull ? default : RequireObject(name, value);
                break;
            case "metadata":
                Result.Metadata = isNull ? default : RequireObject(name, value);
                break;
            case "extensions":
                Result.Extensions = isNull ? default : RequireObject(name, value);
                break;
            case "snippets":
                Require(isNull || value.Span[0] == '[', "has snippets that are not a list");
                Result.Snippets = isNull ? default : value;
                break;
            default:
                Result.Others.Add(new(name, value));
                break;
        }
        return true;
    }

    private bool EnterList(string name, ref Utf8JsonReader reader)
    {
        Require(
            reader.TokenType is JsonTokenType.StartArray or JsonTokenType.Null,
            name == "resources" ? "has resources that are not a list" : "has pending operations that are not a list"
        );
        if (reader.TokenType == JsonTokenType.StartArray)
        {
            Require(name != "resources" || !_hasResources, "has two lists of resources");
            _hasResources |= name == "resources";
            _place = name == "resources" ? Place.Resources : Place.PendingOperations;
        }
        return true;
    }

    private bool NextResource(ref Utf8JsonReader reader, ReadOnlyMemory<byte> piece)
    {
        if (reader.TokenType == JsonTokenType.EndArray)
        {
            _place = Place.Deployment;
            return true;
        }
        Require(reader.TokenType == JsonTokenType.StartObject, "has a resource that is not an object");
        var start = (int)reader.TokenStartIndex;
        if (!ResourceFacts.TryRead(ref reader, piece.Span, out var facts))
        {
            return false;
        }
        onResource(Result, new(piece[start..(int)reader.BytesConsumed], facts));
        return true;
    }

    private bool NextPendingOperation(ref Utf8JsonReader reader, ReadOnlyMemory<byte> piece)
    {
        if (reader.TokenType == JsonTokenType.EndArray)
        {
            _place = Place.Deployment;
            return true;
        }
        Require(reader.TokenType == JsonTokenType.StartObject, "has a pending operation that is not an object");
        if (!TryValue(ref reader, piece, out var text))
        {
            return false;
        }
        Result.PendingOperations.Add(PendingOperations.Parse(text));
        return true;
    }

    /// <summary>The value that the reader stands before. It is copied if the piece will not stay.</summary>
    private bool TryValue(ref Utf8JsonReader reader, ReadOnlyMemory<byte> piece, out ReadOnlyMemory<byte> value)
    {
        var start = (int)reader.TokenStartIndex;
        var complete = reader.TrySkip();
        value = complete ? piece[start..(int)reader.BytesConsumed] : default;
        value = textStays ? value : value.ToArray();
        return complete;
    }

    private void ReadFeatures(ReadOnlyMemory<byte> list)
    {
        Require(list.Span[0] is (byte)'[' or (byte)'n', "has features that are not a list");
        foreach (var feature in new UrnList(list.Span))
        {
            Result.Features.Add(System.Text.Encoding.UTF8.GetString(feature));
        }
    }

    private static ReadOnlyMemory<byte> RequireObject(string name, ReadOnlyMemory<byte> value)
    {
        Refusal.Unless(value.Span[0] == '{', $"{What} has {name} that is not an object.");
        return value;
    }

    private static void Require(bool holds, string complaint)
    {
        if (!holds)
        {
            throw ApiException.BadRequest($"{What} {complaint}.");
        }
    }
}
