using System.Text;
using Server.Auth;
using Server.State;

namespace Server.Tests.State;

/// <summary>The four saves of the stock client's own fixture, and what it may get wrong.</summary>
public sealed class CheckpointTests
{
    private const string One =
        """{"version":3,"deployment":{"manifest":{"time":"0001-01-01T00:00:00Z","magic":"","version":""},"metadata":{},"resources":[{"urn":"urn-1","custom":false,"type":""}]}}""";

    private const string Two =
        """{"version":3,"deployment":{"manifest":{"time":"0001-01-01T00:00:00Z","magic":"","version":""},"metadata":{},"resources":[{"urn":"urn-1","custom":false,"type":""},{"urn":"urn-2","custom":false,"type":""}]}}""";

    private const string Four =
        """{"version":4,"features":["refreshBeforeUpdate"],"deployment":{"manifest":{"time":"0001-01-01T00:00:00Z","magic":"","version":""},"metadata":{},"resources":[{"urn":"urn-1","custom":false,"type":"","refreshBeforeUpdate":true}]}}""";

    [Fact]
    public void A_verbatim_checkpoint_keeps_its_bytes()
    {
        var spaced = One.Replace("\"resources\":", "\"resources\" : ", StringComparison.Ordinal);
        var checkpoint = Checkpoint.ReadVerbatim(Bytes($$"""{"version":3,"untypedDeployment":{{spaced}},"sequenceNumber":1}"""));
        checkpoint.SequenceNumber.ShouldBe(1);
        Text(checkpoint.Text).ShouldBe(spaced);
    }

    [Fact]
    public void Deltas_lead_from_each_checkpoint_of_the_client_s_fixture_to_the_next()
    {
        var two = Apply(
            One,
            """{"version":3,"checkpointHash":"5ffa59a4628983b155933e87fd91ef1f5e76cb2dfdd413eefc3bedb52a7ce1c4","sequenceNumber":2,"deploymentDelta":[{"Span":{"uri":"","start":{"line":1,"column":1,"offset":121},"end":{"line":1,"column":1,"offset":161}},"NewText":"{\"urn\":\"urn-1\",\"custom\":false,\"type\":\"\"},{\"urn\":\"urn-2\",\"custom\":false,\"type\":\"\"}"}]}"""
        );
        two.ShouldBe(Two);
        var three = Apply(
            two,
            """{"version":3,"checkpointHash":"fa39495cd65a25d850d69388092ae6efcdb5e999ca72b378384236bc77e098a4","sequenceNumber":3,"deploymentDelta":[{"Span":{"uri":"","start":{"line":1,"column":1,"offset":121},"end":{"line":1,"column":1,"offset":202}},"NewText":"{\"urn\":\"urn-1\",\"custom\":false,\"type\":\"\"}"}]}"""
        );
        three.ShouldBe(One);
        Apply(
                three,
                """{"version":4,"checkpointHash":"5e927ea2f899447a4b917769e32d921f96dd19c637c593eb936563380f2be3a3","sequenceNumber":4,"deploymentDelta":[{"Span":{"uri":"","start":{"line":1,"column":1,"offset":0},"end":{"line":1,"column":1,"offset":161}},"NewText":"{\"version\":4,\"features\":[\"refreshBeforeUpdate\"],\"deployment\":{\"manifest\":{\"time\":\"0001-01-01T00:00:00Z\",\"magic\":\"\",\"version\":\"\"},\"metadata\":{},\"resources\":[{\"urn\":\"urn-1\",\"custom\":false,\"type\":\"\",\"refreshBeforeUpdate\":true}"}]}"""
            )
            .ShouldBe(Four);
    }

    [Fact]
    public void A_delta_without_edits_repeats_the_text() =>
        Apply(
                One,
                """{"version":3,"checkpointHash":"fa39495cd65a25d850d69388092ae6efcdb5e999ca72b378384236bc77e098a4","sequenceNumber":3,"deploymentDelta":[]}"""
            )
            .ShouldBe(One);

    [Theory]
    [InlineData("an edit beyond the end", 100, 165, "beyond")]
    [InlineData("an edit that ends before it starts", 20, 10, "out of order")]
    [InlineData("another result than the hash says", 20, 30, "hash")]
    public void A_delta_that_does_not_fit_is_refused(string what, int start, int end, string complaint)
    {
        what.ShouldNotBeEmpty();
        var delta =
            $$$"""{"checkpointHash":"{{{new string('0', 64)}}}","sequenceNumber":2,"deploymentDelta":[{"Span":{"start":{"offset":{{{start}}}},"end":{"offset":{{{end}}}}},"NewText":"x"}]}""";
        var refused = Should.Throw<ApiException>(() => Apply(One, delta));
        refused.Status.ShouldBe(400);
        refused.Message.ShouldContain(complaint);
    }

    [Fact]
    public void A_full_checkpoint_becomes_a_state_with_an_envelope()
    {
        var checkpoint = Checkpoint.ReadFull(
            Bytes("""{"isInvalid":false,"version":4,"features":["taint"],"deployment":{"manifest":{"time":""},"n":1.50}}""")
        );
        Text(checkpoint.Text).ShouldBe("""{"version":4,"features":["taint"],"deployment":{"manifest":{"time":""},"n":1.50}}""");
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"isInvalid":true,"version":3,"deployment":{}}""")]
    [InlineData("""{"version":3,"deployment":[]}""")]
    [InlineData("""{"version":3,"deployment":{"resources":{}}}""")]
    [InlineData("""{"version":3,"deployment":{"resources":[1]}}""")]
    [InlineData("""{"version":3,"deployment":{}} x""")]
    [InlineData("""{"version":3,"deployment":{""")]
    public void A_body_that_is_no_checkpoint_is_refused(string body)
    {
        Should.Throw<ApiException>(() => Checkpoint.ReadFull(Bytes(body))).Status.ShouldBe(400);
        Should.Throw<ApiException>(() => Checkpoint.ReadVerbatim(Bytes(body))).Status.ShouldBe(400);
        Should.Throw<ApiException>(() => Checkpoint.ReadDelta(Bytes(body))).Status.ShouldBe(400);
    }

    private static string Apply(string text, string delta) =>
        Text(Checkpoint.Apply(Bytes(text), Checkpoint.ReadDelta(Bytes(delta))).Memory);

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Text(ReadOnlyMemory<byte> text) => Encoding.UTF8.GetString(text.Span);
}
