using System.Text;
using System.Text.Json.Nodes;
using Server.State;

namespace Server.Tests.State;

/// <summary>A base and a journal, and what becomes of them. Resources are named a, b, c: their URNs are those of stack dev of project app.</summary>
internal sealed class FoldScenario
{
    public static readonly DateTimeOffset Now = new(2026, 11, 24, 20, 0, 0, TimeSpan.Zero);

    private readonly List<string> _entries = [];
    private readonly string _base;
    private long _sequence;

    public FoldScenario(params string[] baseResources)
        : this(baseResources, "") { }

    /// <param name="more">Further members of the base deployment, each with a comma before it.</param>
    public FoldScenario(string[] baseResources, string more) =>
        _base =
            $$$"""{"version":3,"deployment":{"manifest":{"time":"","magic":"","version":""},"resources":[{{{string.Join(',', baseResources)}}}],"metadata":{}{{{more}}}}}""";

    public static string Urn(string name) => $"urn:pulumi:dev::app::t:m:T::{name}";

    /// <param name="more">Further members, each with a comma before it.</param>
    public static string Resource(string name, string more = "") =>
        $$$"""{"urn":"{{{Urn(name)}}}","custom":true,"id":"{{{name}}}","type":"t:m:T"{{{more}}}}""";

    public FoldScenario Entry(int kind, long operation, string more = "")
    {
        _sequence++;
        _entries.Add($$$"""{"version":1,"kind":{{{kind}}},"sequenceID":{{{_sequence}}},"operationID":{{{operation}}}{{{more}}}}""");
        return this;
    }

    public FoldScenario Begin(long operation, string? type = null, string? resource = null) =>
        Entry(0, operation, type is null ? "" : $$""","operation":{"resource":{{resource}},"type":"{{type}}"}""");

    public FoldScenario Success(long operation, string more) => Entry(1, operation, more);

    public JsonObject Fold(string? version = null) => (JsonObject)JsonNode.Parse(FoldText(version))!;

    public string FoldText(string? version = null)
    {
        var batch = Encoding.UTF8.GetBytes($$"""{"entries":[{{string.Join(',', _entries)}}]}""");
        JournalBatch.Check(batch, int.MaxValue);
        using var state = JournalFold.Run(Encoding.UTF8.GetBytes(_base), [batch], version, Now);
        return Encoding.UTF8.GetString(state.Text.Span);
    }

    /// <summary>The names of the resources that result, in order, with <c>-</c> for those marked for deletion and <c>?</c> for pending replacement.</summary>
    public string Resources() =>
        string.Join(
            ' ',
            (Fold()["deployment"]!["resources"] as JsonArray ?? []).Select(r =>
                (string)r!["id"]! + (r["delete"] is null ? "" : "-") + (r["pendingReplacement"] is null ? "" : "?")
            )
        );

    public string Pending() =>
        string.Join(
            ' ',
            (Fold()["deployment"]!["pending_operations"] as JsonArray ?? []).Select(p => $"{p!["type"]}:{p["resource"]!["id"]}")
        );
}
