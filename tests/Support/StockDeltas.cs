using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Support;

/// <summary>Delta checkpoints as the stock CLI sends them.</summary>
public static class StockDeltas
{
    public static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>The one edit between what two texts begin and end with.</summary>
    public static Task<StockAnswer> DeltaTo(this StockRun run, long sequence, string from, string to)
    {
        var start = from.Zip(to).TakeWhile(p => p.First == p.Second).Count();
        var end = from[start..].Reverse().Zip(to[start..].Reverse()).TakeWhile(p => p.First == p.Second).Count();
        return run.Delta(
            sequence,
            Hash(to),
            (Encoding.UTF8.GetByteCount(from[..start]), Encoding.UTF8.GetByteCount(from[..^end]), to[start..^end])
        );
    }

    public static Task<StockAnswer> Delta(this StockRun run, long sequence, string hash, params (int Start, int End, string Text)[] edits)
    {
        var list = new JsonArray([
            .. edits.Select(e => new JsonObject
            {
                ["Span"] = new JsonObject
                {
                    ["uri"] = "",
                    ["start"] = Place(e.Start),
                    ["end"] = Place(e.End),
                },
                ["NewText"] = e.Text,
            }),
        ]);
        var body = new JsonObject
        {
            ["version"] = 3,
            ["checkpointHash"] = hash,
            ["sequenceNumber"] = sequence,
            ["deploymentDelta"] = list,
        };
        return run.Saved("checkpointdelta", body.ToJsonString());

        static JsonObject Place(int offset) =>
            new()
            {
                ["line"] = 1,
                ["column"] = 1,
                ["offset"] = offset,
            };
    }
}
