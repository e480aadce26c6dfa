using System.Text.Json.Nodes;

namespace Server.Tests.State;

/// <summary>Journals that no engine would write, but that the check lets through: every kind, references to anything, aliases everywhere.</summary>
internal static class WildJournal
{
    private static readonly string[] Names = ["a", "b", "c", "d"];

    public static JsonObject Base(Tape tape)
    {
        var deployment = Deployment(tape);
        var result = new JsonObject { ["version"] = 3, ["deployment"] = deployment };
        if (tape.Rarely(8))
        {
            result["features"] = new JsonArray("byteString");
        }
        return result;
    }

    public static List<JsonObject> Entries(Tape tape)
    {
        var entries = new List<JsonObject>();
        for (var count = tape.Next(12); count > 0; count--)
        {
            entries.Add(Entry(tape, 1 + tape.Next(15)));
        }
        return entries.DistinctBy(e => (int)e["sequenceID"]!).ToList();
    }

    private static JsonObject Entry(Tape tape, int sequence)
    {
        var kind = tape.Next(14) is var k && k < 10 ? k : 1;
        var entry = new JsonObject
        {
            ["kind"] = kind,
            ["sequenceID"] = sequence,
            ["operationID"] = tape.Next(5),
        };
        foreach (var name in new[] { "removeOld", "removeNew", "deleteOld", "deleteNew", "pendingReplacementOld", "pendingReplacementNew" })
        {
            if (tape.Rarely(3))
            {
                entry[name] = tape.Next(5);
            }
        }
        foreach (var name in new[] { "isRefresh", "requiresByteString" }.Where(_ => tape.Rarely(6)))
        {
            entry[name] = true;
        }
        if (tape.Rarely(2))
        {
            entry["state"] = Resource(tape);
        }
        if (kind == 0 && tape.Rarely(2))
        {
            entry["operation"] = Operation(tape);
        }
        switch (kind)
        {
            case 5:
                entry["newSnapshot"] = Deployment(tape);
                break;
            case 6 when tape.Rarely(2):
                entry["secretsProvider"] = new JsonObject { ["type"] = "passphrase", ["state"] = tape.Next(3) };
                break;
            case 8:
                entry["extensionRef"] = $"e{tape.Next(3)}";
                entry["extension"] = new JsonObject { ["name"] = tape.Next(100) };
                break;
            case 9 when tape.Rarely(2):
                entry["snippets"] = Snippets(tape);
                break;
        }
        return entry;
    }

    private static JsonObject Deployment(Tape tape)
    {
        var resources = new JsonArray();
        for (var count = tape.Next(5); count > 0; count--)
        {
            resources.Add(Resource(tape));
        }
        var deployment = new JsonObject { ["resources"] = resources };
        if (tape.Rarely(3))
        {
            deployment["pending_operations"] = new JsonArray(Operation(tape), Operation(tape));
        }
        if (tape.Rarely(4))
        {
            deployment["extensions"] = new JsonObject { ["e1"] = new JsonObject { ["name"] = "base" } };
        }
        if (tape.Rarely(4))
        {
            deployment["snippets"] = Snippets(tape);
        }
        return deployment;
    }

    private static JsonArray Snippets(Tape tape) =>
        tape.Rarely(3) ? [] : [new JsonObject { ["uuid"] = $"u{tape.Next(3)}" }, new JsonObject { ["uuid"] = "v" }];

    private static JsonObject Operation(Tape tape) =>
        new() { ["resource"] = Resource(tape), ["type"] = tape.Rarely(2) ? "creating" : "updating" };

    private static JsonObject Resource(Tape tape)
    {
        var resource = (JsonObject)JsonNode.Parse(FoldScenario.Resource(Names[tape.Next(4)]))!;
        resource["n"] = tape.Next(1000);
        foreach (var name in new[] { "parent", "deletedWith", "viewOf", "extensionRef", "snippetID" }.Where(_ => tape.Rarely(4)))
        {
            resource[name] = Urn(tape);
        }
        foreach (var name in new[] { "dependencies", "replaceWith" }.Where(_ => tape.Rarely(4)))
        {
            resource[name] = new JsonArray(Urn(tape), Urn(tape));
        }
        if (tape.Rarely(4))
        {
            resource["propertyDependencies"] = new JsonObject { ["p"] = new JsonArray(Urn(tape)), ["q"] = new JsonArray(Urn(tape)) };
        }
        if (tape.Rarely(4))
        {
            resource["provider"] = Urn(tape) + "::id";
        }
        if (tape.Rarely(7))
        {
            resource["aliases"] = new JsonArray(Urn(tape));
        }
        foreach (var name in new[] { "delete", "pendingReplacement", "taint", "refreshBeforeUpdate" }.Where(_ => tape.Rarely(7)))
        {
            resource[name] = true;
        }
        return resource;
    }

    private static string Urn(Tape tape) => FoldScenario.Urn(Names[tape.Next(4)]);
}
