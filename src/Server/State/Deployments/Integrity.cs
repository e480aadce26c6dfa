using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Server.State;

/// <summary>
/// The rules that the client holds a state to before it works on it. One that breaks them is kept and marked: to lose it would be worse.
/// The resources are shown to it in their order.
/// </summary>
internal sealed class Integrity
{
    private readonly Dictionary<byte[], bool> _live = new(Utf8Comparer.Instance); // URN: whether one not marked for deletion has it
    private readonly HashSet<byte[]> _providers = new(Utf8Comparer.Instance); // urn::id

    /// <summary>The first rule broken, as a sentence without a full stop.</summary>
    public string? Error { get; private set; }

    public int Resources { get; private set; }

    public void Add(Resource resource)
    {
        ref readonly var facts = ref resource.Facts;
        var number = Resources++;
        if (facts.Malformed is not null)
        {
            Note($"member '{facts.Malformed}' of resource {Name(resource, number)} has the wrong type");
        }
        if (facts.Urn.IsEmpty || facts.Type.IsEmpty)
        {
            Note($"resource {Name(resource, number)} has no {(facts.Urn.IsEmpty ? "urn" : "type")}");
        }
        if (!facts.Custom && !facts.Id.IsEmpty)
        {
            Note($"resource {Name(resource, number)} is not custom but has an id");
        }
        CheckProvider(resource, number);
        CheckReference(resource, number, resource.Of(facts.Parent), "parent");
        CheckReference(resource, number, resource.Of(facts.DeletedWith), "deletedWith");
        CheckReferences(resource, number, facts.Dependencies, "dependency");
        CheckReferences(resource, number, facts.PropertyDependencies, "property dependency");
        Learn(resource, number);
    }

    /// <param name="manifest">The manifest's JSON; empty if there is none.</param>
    /// <param name="snippets">The list's JSON; empty if there is none.</param>
    public void Finish(ReadOnlySpan<byte> manifest, ReadOnlySpan<byte> snippets)
    {
        var (version, magic) = (StringMember(manifest, "version"u8), StringMember(manifest, "magic"u8));
        if (magic != Magic(version))
        {
            Note($"the manifest's magic does not belong to its version '{version}'");
        }
        CheckSnippets(snippets);
    }

    /// <summary>What the manifest of a state that version <paramref name="version"/> of the client made must carry.</summary>
    public static string Magic(string version) =>
        version.Length == 0 ? "" : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(version)));

    /// <returns>Empty if there is no such member, or it is not a string.</returns>
    public static string StringMember(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name)
    {
        if (json.IsEmpty)
        {
            return "";
        }
        var reader = StateJson.Reader(json);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isIt = reader.Reads(name);
            reader.Read();
            if (isIt && reader.TokenType == JsonTokenType.String)
            {
                return JsonText.ToString(reader.ValueSpan);
            }
            reader.Skip();
        }
        return "";
    }

    public void Note(string error) => Error ??= error;

    private void CheckProvider(Resource resource, int number)
    {
        ref readonly var facts = ref resource.Facts;
        if (facts.Provider.IsEmpty)
        {
            return;
        }
        var reference = resource.Of(facts.Provider);
        if (Urn.EndInProvider(reference) < 0)
        {
            Note($"provider '{Encoding.UTF8.GetString(reference)}' of resource {Name(resource, number)} is not of the form urn::id");
        }
        else if (!facts.PendingReplacement && !_providers.GetAlternateLookup<ReadOnlySpan<byte>>().Contains(reference))
        {
            Note($"provider '{Encoding.UTF8.GetString(reference)}' of resource {Name(resource, number)} does not come before it");
        }
    }

    private void CheckReferences(Resource resource, int number, TextSpan list, string what)
    {
        foreach (var urn in resource.Urns(list))
        {
            CheckReference(resource, number, urn, what);
        }
    }

    private void CheckReference(Resource resource, int number, ReadOnlySpan<byte> urn, string what)
    {
        if (!urn.IsEmpty && !_live.GetAlternateLookup<ReadOnlySpan<byte>>().ContainsKey(urn))
        {
            Note($"{what} '{Encoding.UTF8.GetString(urn)}' of resource {Name(resource, number)} does not come before it");
        }
    }

    private void Learn(Resource resource, int number)
    {
        var urn = resource.Urn;
        var lookup = _live.GetAlternateLookup<ReadOnlySpan<byte>>();
        var isLive = lookup.TryGetValue(urn, out var before) && before;
        if (isLive && !resource.Facts.Delete)
        {
            Note($"resource {Name(resource, number)} occurs twice without being marked for deletion");
        }
        lookup[urn] = isLive || !resource.Facts.Delete;
        if (resource.Of(resource.Facts.Type).StartsWith("pulumi:providers:"u8))
        {
            _providers.Add([.. urn, .. "::"u8, .. resource.Of(resource.Facts.Id)]);
        }
    }

    private void CheckSnippets(ReadOnlySpan<byte> snippets)
    {
        if (snippets.IsEmpty)
        {
            return;
        }
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var reader = StateJson.Reader(snippets);
        reader.Read();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var start = (int)reader.TokenStartIndex;
            var isObject = reader.TokenType == JsonTokenType.StartObject;
            reader.Skip();
            var uuid = isObject ? StringMember(snippets[start..(int)reader.BytesConsumed], "uuid"u8) : "";
            if (uuid.Length == 0 || !seen.Add(uuid))
            {
                Note(uuid.Length == 0 ? "a snippet has no uuid" : $"two snippets have the uuid {uuid}");
            }
        }
    }

    private static string Name(Resource resource, int number) =>
        resource.Facts.Urn.IsEmpty ? $"number {number}" : $"'{Encoding.UTF8.GetString(resource.Urn)}'";
}
