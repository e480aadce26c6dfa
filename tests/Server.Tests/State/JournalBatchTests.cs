using System.Text;
using Server.Auth;
using Server.State;
using static Server.Tests.State.FoldScenario;

namespace Server.Tests.State;

public sealed class JournalBatchTests
{
    [Fact]
    public void What_the_stock_client_sends_passes()
    {
        var state = Resource("a", ",\"inputs\":{\"deep\":[[[{}]]]},\"n\":12345678901234567890.5e300");
        Check(
            """{"version":1,"kind":6,"sequenceID":1,"operationID":0,"removeOld":null,"removeNew":null,"secretsProvider":{"type":"service","state":{"url":"u"}}}""",
            $$$"""{"version":1,"kind":0,"sequenceID":3,"operationID":1,"removeOld":null,"removeNew":null,"operation":{"resource":{{{state}}},"type":"creating"}}""",
            $$$"""{"version":1,"kind":1,"sequenceID":2,"operationID":1,"removeOld":9,"removeNew":null,"state":{{{state}}},"new":{"member":[1]}}""",
            """{"kind":9,"sequenceID":4}"""
        );
        JournalBatch.Check(Bytes("""{"entries":null}"""), 0);
        JournalBatch.Check(Bytes("""{"entries":[]}"""), 0);
        JournalBatch.Check(Bytes("{}"), 0);
    }

    [Fact]
    public void The_same_entry_twice_in_a_batch_is_no_harm() =>
        Check("""{"kind":0,"sequenceID":4,"operationID":2}""", """{"kind":0,"sequenceID":4,"operationID":2}""");

    [Theory]
    [InlineData("not whole", """{"entries":[{"kind":0,"sequenceID":1}""", "not valid JSON")]
    [InlineData("a list", "[]", "object with a list")]
    [InlineData("nothing", "", "not valid JSON")]
    [InlineData("more after it", """{"entries":[]} {}""", "not valid JSON")]
    [InlineData("entries of another type", """{"entries":{}}""", "list")]
    [InlineData("an entry of another type", """{"entries":[7]}""", "object")]
    [InlineData("no kind", """{"entries":[{"sequenceID":1}]}""", "kind")]
    [InlineData("an unknown kind", """{"entries":[{"kind":10,"sequenceID":1}]}""", "kind 10")]
    [InlineData("a kind below zero", """{"entries":[{"kind":-1,"sequenceID":1}]}""", "kind -1")]
    [InlineData("a kind that is text", """{"entries":[{"kind":"begin","sequenceID":1}]}""", "kind")]
    [InlineData("another version", """{"entries":[{"version":2,"kind":1,"sequenceID":1}]}""", "version")]
    [InlineData("no sequence id", """{"entries":[{"kind":1}]}""", "sequenceID")]
    [InlineData("sequence id 0", """{"entries":[{"kind":1,"sequenceID":0}]}""", "sequenceID 0")]
    [InlineData("a fraction", """{"entries":[{"kind":1,"sequenceID":1.5}]}""", "whole number")]
    [InlineData("a gigantic number", """{"entries":[{"kind":1,"sequenceID":99999999999999999999}]}""", "64 bits")]
    [InlineData("a power", """{"entries":[{"kind":1,"sequenceID":1e3}]}""", "whole number")]
    [InlineData("an index below zero", """{"entries":[{"kind":1,"sequenceID":1,"removeOld":-1}]}""", "negative")]
    [InlineData("an index beyond the base", """{"entries":[{"kind":1,"sequenceID":1,"deleteOld":10}]}""", "which has 10")]
    [InlineData("a state that is text", """{"entries":[{"kind":1,"sequenceID":1,"state":"x"}]}""", "state")]
    [InlineData("a urn that is a number", """{"entries":[{"kind":1,"sequenceID":1,"state":{"urn":1}}]}""", "'urn'")]
    [InlineData("dependencies that are text", """{"entries":[{"kind":1,"sequenceID":1,"state":{"dependencies":""}}]}""", "'dependencies'")]
    [InlineData("an operation of another type", """{"entries":[{"kind":0,"sequenceID":1,"operation":[]}]}""", "operation")]
    [InlineData("a flag that is a number", """{"entries":[{"kind":1,"sequenceID":1,"isRefresh":1}]}""", "isRefresh")]
    [InlineData("kind 5 without a snapshot", """{"entries":[{"kind":5,"sequenceID":1}]}""", "newSnapshot")]
    [InlineData("a snapshot that is none", """{"entries":[{"kind":5,"sequenceID":1,"newSnapshot":{"resources":1}}]}""", "resources")]
    [InlineData("kind 8 without its extension", """{"entries":[{"kind":8,"sequenceID":1,"extensionRef":"x"}]}""", "extension")]
    [InlineData(
        "two entries of one number",
        """{"entries":[{"kind":0,"sequenceID":7,"operationID":1},{"kind":0,"sequenceID":8},{"kind":0,"sequenceID":7,"operationID":2}]}""",
        "sequenceID 7"
    )]
    public void A_batch_is_refused_with_what_is_wrong(string what, string body, string complaint)
    {
        var refused = Should.Throw<ApiException>(() => JournalBatch.Check(Bytes(body), 10), what);
        refused.Status.ShouldBe(400);
        refused.Message.ShouldContain(complaint);
    }

    [Fact]
    public void Json_ten_thousand_deep_and_text_that_is_no_utf8_are_refused()
    {
        var deep = new string('[', 10_000) + new string(']', 10_000);
        Should.Throw<ApiException>(() => Check($$$"""{"kind":1,"sequenceID":1,"state":{"inputs":{{{deep}}}}}""")).Status.ShouldBe(400);
        byte[] broken = [.. "{\"entries\":[{\"kind\":1,\"sequenceID\":1,\"x\":\""u8, 0xC3, 0x28, .. "\"}]}"u8];
        Should.Throw<ApiException>(() => JournalBatch.Check(broken, 10)).Message.ShouldContain("UTF-8");
    }

    [Fact]
    public void An_entry_that_writes_a_larger_base_allows_larger_indices_from_then_on()
    {
        var write = $$$"""{"kind":5,"sequenceID":1,"newSnapshot":{"resources":[{{{Resource("a")}}},{{{Resource("b")}}}]}}""";
        var count = JournalBatch.Check(Bytes($"{{\"entries\":[{write}]}}"), 1);
        count.ShouldBe(2);
        JournalBatch.Check(Bytes("""{"entries":[{"kind":1,"sequenceID":2,"removeOld":1}]}"""), count).ShouldBe(2);
    }

    [Fact]
    public void A_check_allocates_nothing_for_each_entry()
    {
        var entries = Enumerable
            .Range(1, 1000)
            .Select(i => $$$"""{"kind":1,"sequenceID":{{{i}}},"operationID":{{{i}}},"state":{{{Resource("a")}}}}""");
        var batch = Bytes($"{{\"entries\":[{string.Join(',', entries)}]}}");
        JournalBatch.Check(batch, 0);
        var before = GC.GetAllocatedBytesForCurrentThread();
        JournalBatch.Check(batch, 0);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1000);
    }

    private static void Check(params string[] entries) => JournalBatch.Check(Bytes($"{{\"entries\":[{string.Join(',', entries)}]}}"), 10);

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
