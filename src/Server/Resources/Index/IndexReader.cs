using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using Server.State;

namespace Server.Resources;

/// <summary>Reads what the index keeps out of the text of a state, in one pass, without making objects of properties.</summary>
internal sealed class IndexReader
{
    private readonly List<IndexedResource> _rows = [];
    private readonly List<Resource> _resources = [];
    private readonly Dictionary<byte[], int> _ordinals = new(Utf8Comparer.Instance);

    private readonly Dictionary<string, string> _pending = new(StringComparer.Ordinal);

    private bool HasReadme { get; set; }

    /// <exception cref="Auth.ApiException">It is no state.</exception>
    public static (List<IndexedResource> Rows, bool HasReadme) Read(ReadOnlyMemory<byte> text)
    {
        var index = new IndexReader();
        var deployment = new DeploymentReader(bare: false, textStays: true, (_, resource) => index._resources.Add(resource));
        deployment.Read(text, isLast: true);
        foreach (var operation in deployment.Result.PendingOperations.Where(o => o.Resource is not null))
        {
            index._pending[String(operation.Resource!, operation.Resource!.Facts.Urn)] = Storable.Text(operation.Type);
        }
        for (var i = 0; i < index._resources.Count; i++)
        {
            index._ordinals[index._resources[i].Urn.ToArray()] = i;
        }
        var origin = Offset(text);
        for (var i = 0; i < index._resources.Count; i++)
        {
            index.Add(i, index._resources[i], origin);
        }
        return (index._rows, index.HasReadme);
    }

    private void Add(int ordinal, Resource resource, int origin)
    {
        ref readonly var facts = ref resource.Facts;
        var (type, urn) = (String(resource, facts.Type), String(resource, facts.Urn));
        var rest = Rest.Of(resource.Text.Span);
        HasReadme |= type == Urn.StackType && rest.HasReadme;
        _rows.Add(
            new()
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
                Start = Offset(resource.Text) - origin,
                Length = resource.Text.Length,
                Properties = PropertyLines.Of(resource.Text.Span),
                Digest = BinaryPrimitives.ReadInt64LittleEndian(SHA256.HashData(resource.Text.Span)),
            }
        );
    }

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
