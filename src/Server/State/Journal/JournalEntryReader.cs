using System.Text.Json;
using Server.Auth;

namespace Server.State;

/// <summary>Reads the entries of a batch one after the other, without keeping any.</summary>
internal ref struct JournalEntryReader
{
    private readonly ReadOnlySpan<byte> _text;
    private Utf8JsonReader _reader;
    private bool _inEntries;

    /// <exception cref="JsonException"/>
    /// <exception cref="ApiException">400</exception>
    public JournalEntryReader(ReadOnlySpan<byte> batch)
    {
        _text = batch;
        _reader = StateJson.Reader(batch);
        _reader.Read();
        Refusal.Unless(_reader.TokenType == JsonTokenType.StartObject, "The body must be a JSON object with a list of entries.");
    }

    /// <returns>False after the last one, when the whole batch has been read.</returns>
    /// <exception cref="JsonException"/>
    /// <exception cref="ApiException">400</exception>
    public bool TryNext(out JournalEntry entry)
    {
        entry = default;
        while (_inEntries || FindEntries())
        {
            _reader.Read();
            if (_reader.TokenType != JsonTokenType.EndArray)
            {
                Refusal.Unless(_reader.TokenType == JsonTokenType.StartObject, "An entry must be an object.");
                ReadEntry(ref entry);
                return true;
            }
            _inEntries = false;
        }
        return false;
    }

    /// <returns>False where the batch ends.</returns>
    private bool FindEntries()
    {
        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            var isEntries = _reader.Reads("entries"u8);
            _reader.Read();
            if (isEntries && _reader.TokenType != JsonTokenType.Null)
            {
                Refusal.Unless(_reader.TokenType == JsonTokenType.StartArray, "The entries must be a list.");
                _inEntries = true;
                return true;
            }
            _reader.Skip();
        }
        while (_reader.Read()) { } // nothing may follow
        return false;
    }

    private void ReadEntry(ref JournalEntry entry)
    {
        var start = (int)_reader.TokenStartIndex;
        var seen = Seen.None;
        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = _reader.ValueIsEscaped ? JsonText.Unescape(_reader.ValueSpan) : _reader.ValueSpan;
            _reader.Read();
            seen |= ReadMember(name, ref entry);
        }
        entry.Text = new(start, (int)_reader.BytesConsumed - start);
        Refusal.Unless((seen & Seen.Kind) == Seen.Kind, "An entry has no kind.");
        Refusal.Unless((seen & Seen.SequenceId) == Seen.SequenceId, "An entry has no sequenceID.");
        Refusal.Unless(entry.Kind != JournalKind.Write || !entry.NewSnapshot.IsEmpty, "An entry of kind 5 has no newSnapshot.");
        Refusal.Unless(
            entry.Kind != JournalKind.ExtensionParameterize || (!entry.ExtensionRef.IsEmpty && !entry.Extension.IsEmpty),
            "An entry of kind 8 has no extensionRef or no extension."
        );
    }

    private Seen ReadMember(ReadOnlySpan<byte> name, ref JournalEntry entry)
    {
        switch (name)
        {
            case var _ when name.SequenceEqual("version"u8):
                Refusal.Unless(Number("version") == 1, "An entry has a version other than 1, which is the only one this server knows.");
                break;
            case var _ when name.SequenceEqual("kind"u8):
                var kind = Number("kind");
                Refusal.Unless(kind is >= 0 and <= (long)JournalKind.Snippets, $"An entry has kind {kind}; this server knows 0 to 9.");
                entry.Kind = (JournalKind)kind!;
                return Seen.Kind;
            case var _ when name.SequenceEqual("sequenceID"u8):
                var sequenceId = Number("sequenceID");
                Refusal.Unless(sequenceId > 0, $"An entry has sequenceID {sequenceId}; it must be 1 or more.");
                entry.SequenceId = sequenceId!.Value;
                return Seen.SequenceId;
            case var _ when name.SequenceEqual("operationID"u8):
                entry.OperationId = Natural("operationID") ?? 0;
                break;
            case var _ when name.SequenceEqual("removeOld"u8):
                entry.RemoveOld = Natural("removeOld");
                break;
            case var _ when name.SequenceEqual("removeNew"u8):
                entry.RemoveNew = Natural("removeNew");
                break;
            case var _ when name.SequenceEqual("deleteOld"u8):
                entry.DeleteOld = Natural("deleteOld");
                break;
            case var _ when name.SequenceEqual("deleteNew"u8):
                entry.DeleteNew = Natural("deleteNew");
                break;
            case var _ when name.SequenceEqual("pendingReplacementOld"u8):
                entry.PendingReplacementOld = Natural("pendingReplacementOld");
                break;
            case var _ when name.SequenceEqual("pendingReplacementNew"u8):
                entry.PendingReplacementNew = Natural("pendingReplacementNew");
                break;
            case var _ when name.SequenceEqual("isRefresh"u8):
                entry.IsRefresh = Flag("isRefresh");
                break;
            case var _ when name.SequenceEqual("requiresByteString"u8):
                entry.RequiresByteString = Flag("requiresByteString");
                break;
            case var _ when name.SequenceEqual("state"u8):
                entry.State = ReadResource("state", out entry.StateFacts);
                break;
            case var _ when name.SequenceEqual("operation"u8):
                entry.Operation = ReadOperation();
                break;
            case var _ when name.SequenceEqual("secretsProvider"u8):
                entry.SecretsProvider = Value(JsonTokenType.StartObject, "secretsProvider", "an object");
                break;
            case var _ when name.SequenceEqual("snippets"u8):
                entry.Snippets = Value(JsonTokenType.StartArray, "snippets", "a list");
                break;
            case var _ when name.SequenceEqual("newSnapshot"u8):
                entry.NewSnapshot = Value(JsonTokenType.StartObject, "newSnapshot", "an object");
                break;
            case var _ when name.SequenceEqual("extensionRef"u8):
                entry.ExtensionRef = Value(JsonTokenType.String, "extensionRef", "a string");
                break;
            case var _ when name.SequenceEqual("extension"u8):
                entry.Extension = Value(JsonTokenType.StartObject, "extension", "an object");
                break;
            default:
                _reader.Skip();
                break;
        }
        return Seen.None;
    }

    private TextSpan ReadResource(string name, out ResourceFacts facts)
    {
        facts = default;
        if (_reader.TokenType == JsonTokenType.Null)
        {
            return default;
        }
        Refusal.Unless(_reader.TokenType == JsonTokenType.StartObject, $"An entry has a {name} that is not an object.");
        var start = (int)_reader.TokenStartIndex;
        ResourceFacts.TryRead(ref _reader, _text, out facts);
        Refusal.Unless(facts.Malformed is null, $"An entry has a {name} whose member '{facts.Malformed}' has the wrong type.");
        return new(start, (int)_reader.BytesConsumed - start);
    }

    private TextSpan ReadOperation()
    {
        if (_reader.TokenType == JsonTokenType.Null)
        {
            return default;
        }
        Refusal.Unless(_reader.TokenType == JsonTokenType.StartObject, "An entry has an operation that is not an object.");
        var start = (int)_reader.TokenStartIndex;
        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            var isResource = _reader.Reads("resource"u8);
            var isType = _reader.Reads("type"u8);
            _reader.Read();
            if (isResource)
            {
                ReadResource("operation.resource", out _);
            }
            else
            {
                Refusal.Unless(
                    !isType || _reader.TokenType == JsonTokenType.String,
                    "An entry has an operation whose type is not a string."
                );
                _reader.Skip();
            }
        }
        return new(start, (int)_reader.BytesConsumed - start);
    }

    private TextSpan Value(JsonTokenType type, string name, string expected)
    {
        if (_reader.TokenType == JsonTokenType.Null)
        {
            return default;
        }
        Refusal.Unless(_reader.TokenType == type, $"An entry has a member {name} that is not {expected}.");
        var start = (int)_reader.TokenStartIndex;
        _reader.Skip();
        return new(start, (int)_reader.BytesConsumed - start);
    }

    private readonly long? Number(string name)
    {
        if (_reader.TokenType == JsonTokenType.Null)
        {
            return null;
        }
        Refusal.Unless(
            _reader.TokenType == JsonTokenType.Number && _reader.TryGetInt64(out _),
            $"An entry has a member {name} that is not a whole number of at most 64 bits."
        );
        return _reader.GetInt64();
    }

    private readonly long? Natural(string name)
    {
        var number = Number(name);
        Refusal.Unless(number is null or >= 0, $"An entry has a negative {name}.");
        return number;
    }

    private readonly bool Flag(string name)
    {
        Refusal.Unless(
            _reader.TokenType is JsonTokenType.True or JsonTokenType.False or JsonTokenType.Null,
            $"An entry has a member {name} that is not true or false."
        );
        return _reader.TokenType == JsonTokenType.True;
    }

    [Flags]
    private enum Seen
    {
        None = 0,
        Kind = 1,
        SequenceId = 2,
    }
}
