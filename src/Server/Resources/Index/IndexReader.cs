using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using Server.State;

namespace Server.Resources;

/// <summary>
/// Reads what the index keeps out of the text of a state, without making objects of properties. It reads the text twice, since a resource's row names others by
/// their places, and has neither the text nor all rows in memory.
/// </summary>
internal sealed class IndexReader
{
    private readonly Func<StoredText> _open;
    private readonly Dictionary<byte[], int> _ordinals = new(Utf8Comparer.Instance);
    private readonly Dictionary<string, string> _pending = new(StringComparer.Ordinal);

    private IndexReader(Func<StoredText> open) => _open = open;

    public bool HasReadme { get; private set; }

    /// <summary>Of what is not waiting to be deleted, by the end of the URN, which stays when the stack is renamed.</summary>
    public Dictionary<string, long> Digests { get; } = new(StringComparer.Ordinal);

    /// <exception cref="Auth.ApiException">It is no state.</exception>
    /// <exception cref="InvalidDataException">What is stored is damaged.</exception>
    public static async Task<IndexReader> Read(Func<StoredText> open, CancellationToken ct)
    {
        var index = new IndexReader(open);
        var count = 0;
        var operations = await Read(open, (resource, _) => index.Note(resource, count++), () => Task.CompletedTask, ct);
        foreach (var operation in operations.Where(o => o.Resource is not null))
        {
            index._pending[String(operation.Resource!, operation.Resource!.Facts.Urn)] = Storable.Text(operation.Type);
        }
        return index;
    }

    /// <param name="take">Is given a few hundred rows at a time, or more.</param>
    public async Task Rows(Func<List<IndexedResource>, Task> take, CancellationToken ct)
    {
        var rows = new List<IndexedResource>();
        var count = 0;
        await Read(
            _open,
            (resource, start) => rows.Add(Row(count++, resource, start)),
            async () =>
            {
                await take(rows);
                rows.Clear();
            },
            ct
        );
    }

    private static async Task<List<PendingOperation>> Read(
        Func<StoredText> open,
        Action<Resource, long> onResource,
        Func<Task> afterEachPiece,
        CancellationToken ct
    )
    {
        using var text = open();
        using var window = new TextWindow(into => text.Read(into, ct));
        var deployment = new DeploymentReader(
            bare: false,
            textStays: false,
            (_, resource) => onResource(resource, window.Start + Offset(resource.Text) - Offset(window.Text))
        );
        while (!window.IsLast)
        {
            await window.Advance();
            window.Drop(deployment.Read(window.Text, window.IsLast));
            await afterEachPiece();
        }
        return deployment.Result.PendingOperations;
    }

    private void Note(Resource resource, int ordinal)
    {
        _ordinals[resource.Urn.ToArray()] = ordinal;
        HasReadme |= resource.Of(resource.Facts.Type).SequenceEqual(StackType) && Rest.Of(resource.Text.Span).HasReadme;
        if (!resource.Facts.Delete)
        {
            Digests[IndexedResource.EndOf(String(resource, resource.Facts.Urn))] = Digest(resource);
        }
    }

    private IndexedResource Row(int ordinal, Resource resource, long start)
    {
        ref readonly var facts = ref resource.Facts;
        var (type, urn) = (String(resource, facts.Type), String(resource, facts.Urn));
        var rest = Rest.Of(resource.Text.Span);
        return new()
        {
            Ordinal = ordinal,
            Urn = urn,
            Type = type,
            Name = Urn.TryParse(urn, out var parsed) ? parsed.Name : urn,
            Package = Package(type),
            PhysicalId = String(resource, facts.Id),
            Parent = String(resource, facts.Parent),
            Provider = ProviderUrn(String(resource, facts.Provider)),
            Custom = facts.Custom,
            Protect = rest.Protect,
            External = rest.External,
            IsDeleted = facts.Delete,
            Pending = facts.Delete ? "" : _pending.GetValueOrDefault(urn, ""),
            CreatedMs = rest.CreatedMs,
            ModifiedMs = rest.ModifiedMs,
            Dependencies = Dependencies(resource),
            Start = start,
            Length = resource.Text.Length,
            Properties = PropertyLines.Of(resource.Text.Span),
            Digest = Digest(resource),
        };
    }

    private static ReadOnlySpan<byte> StackType => "pulumi:pulumi:Stack"u8;

    private string Dependencies(Resource resource)
    {
        var lookup = _ordinals.GetAlternateLookup<ReadOnlySpan<byte>>();
        var found = new SortedSet<int>();
        foreach (var urn in resource.Urns(resource.Facts.Dependencies))
        {
            if (lookup.TryGetValue(urn, out var ordinal))
            {
                found.Add(ordinal);
            }
        }
        return found.Count == 0 ? "" : $",{string.Join(',', found)},";
    }

    private static string String(Resource resource, TextSpan span) => Storable.Text(System.Text.Encoding.UTF8.GetString(resource.Of(span)));

    private static long Digest(Resource resource) => BinaryPrimitives.ReadInt64LittleEndian(SHA256.HashData(resource.Text.Span));

    /// <summary><c>pulumi:providers:aws</c> provides <c>aws</c>.</summary>
    private static string Package(string type)
    {
        var parts = type.Split(':');
        return type.StartsWith("pulumi:providers:", StringComparison.Ordinal) ? parts[2] : parts[0];
    }

    private static string ProviderUrn(string reference) =>
        reference.LastIndexOf("::", StringComparison.Ordinal) is var end and > 0 ? reference[..end] : reference;

    private static int Offset(ReadOnlyMemory<byte> text) => MemoryMarshal.TryGetArray(text, out var array) ? array.Offset : 0;

    /// <summary>Members that are of no concern to updates.</summary>
    private record struct Rest(bool Protect, bool External, bool HasReadme, long CreatedMs, long ModifiedMs)
    {
        public static Rest Of(ReadOnlySpan<byte> resource)
        {
            var rest = default(Rest);
            var reader = StateJson.Reader(resource);
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                rest.Take(ref reader);
            }
            return rest;
        }

        private void Take(ref Utf8JsonReader reader)
        {
            var member =
                reader.Reads("protect"u8) ? 'p'
                : reader.Reads("external"u8) ? 'e'
                : reader.Reads("created"u8) ? 'c'
                : reader.Reads("modified"u8) ? 'm'
                : reader.Reads("outputs"u8) ? 'o'
                : ' ';
            reader.Read();
            switch (member)
            {
                case 'p':
                    Protect = reader.TokenType == JsonTokenType.True;
                    break;
                case 'e':
                    External = reader.TokenType == JsonTokenType.True;
                    break;
                case 'c':
                    CreatedMs = Time(ref reader);
                    break;
                case 'm':
                    ModifiedMs = Time(ref reader);
                    break;
                case 'o' when reader.TokenType == JsonTokenType.StartObject:
                    HasReadme = Names(ref reader, "readme"u8);
                    return;
            }
            reader.Skip();
        }

        private static bool Names(ref Utf8JsonReader reader, ReadOnlySpan<byte> name)
        {
            var found = false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                found |= reader.Reads(name);
                reader.Read();
                reader.Skip();
            }
            return found;
        }

        private static long Time(ref Utf8JsonReader reader) =>
            reader.TokenType == JsonTokenType.String
            && DateTimeOffset.TryParse(
                JsonText.ToString(reader.ValueSpan),
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal,
                out var time
            )
                ? Math.Max(time.ToUnixTimeMilliseconds(), 0)
                : 0;
    }
}

/// <summary>Text as every engine can keep it.</summary>
internal static class Storable
{
    private const int Longest = 4000;

    /// <returns>The text without NUL, which PostgreSQL does not take, and not longer than an index can bear to be read.</returns>
    public static string Text(string text) => (text.Length > Longest ? text[..Longest] : text).Replace('\0', '\uFFFD');
}
