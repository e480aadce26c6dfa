using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Cli.State;

/// <summary>
/// An exported state, opened for changes. Members and numbers that nobody touches stay as they came, known or not; reading and printing alone
/// should use <see cref="JsonText"/>.
/// </summary>
internal sealed class Deployment
{
    private const int Oldest = 1;
    private const int Newest = 4;

    private static readonly HashSet<string> KnownFeatures =
    [
        "refreshBeforeUpdate",
        "views",
        "hooks",
        "taint",
        "replaceWith",
        "snippets-prototype",
        "extensionParameterization",
        "byteString",
    ];

    private readonly JsonObject outer;

    private Deployment(JsonObject outer, JsonObject body)
    {
        this.outer = outer;
        Body = body;
    }

    /// <summary>The value of <c>deployment</c>.</summary>
    public JsonObject Body { get; }

    /// <summary>Objects of the state; what is none is left out here and stays in the text.</summary>
    public IEnumerable<JsonObject> Resources => (Body["resources"] as JsonArray ?? []).OfType<JsonObject>();

    public IEnumerable<JsonObject> PendingOperations => (Body["pending_operations"] as JsonArray ?? []).OfType<JsonObject>();

    public JsonObject? SecretsProvider => Body["secrets_providers"] as JsonObject;

    /// <param name="stack">For messages.</param>
    /// <returns>Null when the stack has no state.</returns>
    public static Deployment? Read(ReadOnlyMemory<byte> text, string stack)
    {
        JsonObject document;
        try
        {
            document = JsonNode.Parse(text.Span) as JsonObject ?? throw new JsonException("it is not an object");
            CheckVersion(document, stack);
            return document["deployment"] switch
            {
                JsonObject body => new(document, body),
                null => null,
                _ => throw new JsonException("'deployment' is not an object"),
            };
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new UserErrorException($"could not deserialize deployment: {problem.Message}");
        }
    }

    /// <summary>One without resources.</summary>
    public static Deployment Empty(DateTimeOffset now, JsonObject? secretsProvider)
    {
        var body = new JsonObject
        {
            ["manifest"] = new JsonObject
            {
                ["time"] = now.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffffzzz").Replace("+00:00", "Z", StringComparison.Ordinal),
                ["magic"] = Magic(Versions.Current),
                ["version"] = Versions.Current,
            },
        };
        if (secretsProvider is not null)
        {
            body["secrets_providers"] = secretsProvider;
        }
        body["metadata"] = new JsonObject();
        return new(new JsonObject { ["version"] = 3, ["deployment"] = body }, body);
    }

    public static string Magic(string version) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(version)));

    public byte[] Write()
    {
        UpdateFeatures();
        var output = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            outer.WriteTo(writer);
        }
        return output.WrittenSpan.ToArray();
    }

    /// <summary>The list itself, made where there is none.</summary>
    public JsonArray ResourceList()
    {
        if (Body["resources"] is not JsonArray list)
        {
            Body["resources"] = list = [];
        }
        return list;
    }

    private static void CheckVersion(JsonObject document, string stack)
    {
        var version = document["version"] is JsonValue value && value.TryGetValue<int>(out var number) ? number : 0;
        if (version < Oldest)
        {
            throw new UserErrorException($"the stack '{stack}' is too old to be used by this version of the Pulumi CLI");
        }
        if (version > Newest)
        {
            throw new UserErrorException(
                $"the stack '{stack}' is newer than what this version of the Pulumi CLI understands. "
                    + "Please update your version of the Pulumi CLI"
            );
        }
        var unknown = References.Texts(document["features"]).Where(feature => !KnownFeatures.Contains(feature)).ToList();
        if (unknown.Count > 0)
        {
            throw new UserErrorException(
                $"the stack '{stack}' uses features that are not supported by this version of the Pulumi CLI: "
                    + $"{string.Join(", ", unknown)}. Please update your version of the Pulumi CLI"
            );
        }
    }

    // Tainting is the one feature that a change made here can bring.
    private void UpdateFeatures()
    {
        var features = References.Texts(outer["features"]).ToList();
        if (!features.Contains("taint") && Resources.Any(resource => IsOn(resource, "taint")))
        {
            features.Add("taint");
            outer["version"] = Newest;
            outer["features"] = new JsonArray([.. features.Select(name => JsonValue.Create(name))]);
        }
    }

    public static bool IsOn(JsonObject resource, string name) => resource[name]?.GetValueKind() == JsonValueKind.True;
}
