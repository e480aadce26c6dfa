using System.Text.Json;

namespace Server.State;

/// <summary>A member of an object, as it is written: <c>"name":value</c>.</summary>
internal readonly record struct Member(string Name, ReadOnlyMemory<byte> Value)
{
    /// <returns>Whether a list or an object is there and has anything in it.</returns>
    public static bool HasElements(ReadOnlyMemory<byte> json) => json.Length > 2 && json.Span[1..^1].IndexOfAnyExcept(" \t\r\n"u8) >= 0;

    /// <returns>The members of a JSON object; none of nothing.</returns>
    public static List<Member> Of(ReadOnlyMemory<byte> json)
    {
        var members = new List<Member>();
        if (json.IsEmpty)
        {
            return members;
        }
        var reader = StateJson.Reader(json.Span);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = JsonText.ToString(reader.ValueSpan);
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            members.Add(new(name, json[start..(int)reader.BytesConsumed]));
        }
        return members;
    }
}

/// <summary>An operation that had begun and was not known to have ended.</summary>
internal sealed record PendingOperation(ReadOnlyMemory<byte> Text, string Type, Resource? Resource);

/// <summary>
/// A deployment with its envelope (UntypedDeployment: <c>{"version":3,"deployment":{…}}</c>), as places in its text. What the server does not
/// understand is kept as it came.
/// </summary>
internal sealed class Deployment
{
    /// <summary>Without its envelope. Nothing if it is null, or was read in pieces that did not stay.</summary>
    public ReadOnlyMemory<byte> Text { get; set; }

    /// <summary>Of the schema; 0 if the envelope does not say.</summary>
    public long Version { get; set; }
    public List<string> Features { get; } = [];

    /// <summary>The features that what is in it needs, known once it has been built.</summary>
    public Features Needs { get; set; }

    /// <summary>What else stands in the envelope.</summary>
    public List<Member> Envelope { get; } = [];

    public ReadOnlyMemory<byte> Manifest { get; set; }
    public ReadOnlyMemory<byte> SecretsProviders { get; set; }
    public ReadOnlyMemory<byte> Metadata { get; set; }
    public ReadOnlyMemory<byte> Snippets { get; set; }
    public ReadOnlyMemory<byte> Extensions { get; set; }

    /// <summary>What else stands in the deployment.</summary>
    public List<Member> Others { get; } = [];

    public List<Resource> Resources { get; set; } = [];
    public List<PendingOperation> PendingOperations { get; set; } = [];

    /// <exception cref="Auth.ApiException">400: it is none.</exception>
    public static Deployment Read(ReadOnlyMemory<byte> text) => Read(text, bare: false);

    /// <summary>Reads one without an envelope.</summary>
    public static Deployment ReadBare(ReadOnlyMemory<byte> text) => Read(text, bare: true);

    private static Deployment Read(ReadOnlyMemory<byte> text, bool bare)
    {
        var reader = new DeploymentReader(bare, textStays: true, static (deployment, resource) => deployment.Resources.Add(resource));
        reader.Read(text, isLast: true);
        return reader.Result;
    }
}
