using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Http;
using Server.Auth;
using Server.State;
using Support;

namespace Server.Tests.State;

public sealed class StateStoreTests
{
    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task The_newest_state_is_the_latest_and_older_ones_stay_readable(Engine engine)
    {
        await using var fixture = await StateFixture.Create(engine);
        (await fixture.States.Latest(StateFixture.Stack, CancellationToken.None)).ShouldBeNull();

        await fixture.Save(1, State(3, "one"));
        await fixture.Save(2, State(4, "two"));

        var latest = await fixture.States.Latest(StateFixture.Stack, CancellationToken.None);
        latest!.Version.ShouldBe(2);
        latest.ResourceCount.ShouldBe(4);
        latest.IntegrityError.ShouldBeNull();
        (await fixture.Read(1)).ShouldBe(State(3, "one"));
        (await fixture.Read(2)).ShouldBe(State(4, "two"));
        (await fixture.States.Find(StateFixture.Stack, 3, CancellationToken.None)).ShouldBeNull();
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task A_large_state_is_exported_as_gzip_and_plain(Engine engine)
    {
        await using var fixture = await StateFixture.Create(engine);
        var text = State(20_000, "large");
        text.Length.ShouldBeGreaterThan(2_000_000);
        var state = await fixture.Save(1, text);

        (await Export(fixture, state, gzip: false)).ShouldBe(text);
        (await Export(fixture, state, gzip: true)).ShouldBe(text);
    }

    [Fact]
    public async Task A_state_that_breaks_the_rules_is_kept_and_marked()
    {
        await using var fixture = await StateFixture.Create(Engine.Sqlite);
        var broken = State(1, "x").Replace("\"custom\":true", "\"custom\":true,\"parent\":\"urn:pulumi:gone\"", StringComparison.Ordinal);
        (await fixture.Save(1, broken)).IntegrityError!.ShouldContain("urn:pulumi:gone");
        (await fixture.Read(1)).ShouldBe(broken);
    }

    [Fact]
    public async Task What_is_no_state_is_refused()
    {
        await using var fixture = await StateFixture.Create(Engine.Sqlite);
        foreach (var text in new[] { "", "[]", "{\"deployment\":3}", State(1, "x")[..^1] })
        {
            (await Should.ThrowAsync<ApiException>(() => fixture.Save(1, text))).Status.ShouldBe(400);
        }
    }

    public static string State(int resources, string note)
    {
        var list = Enumerable.Range(0, resources).Select(i => FoldScenario.Resource($"r{i}", $",\"inputs\":{{\"n\":{i}}}"));
        return $$$$"""{"version":3,"deployment":{"manifest":{"time":"{{{{note}}}}","magic":"","version":""},"resources":[{{{{string.Join(',', list)}}}}],"metadata":{}}}""";
    }

    private static async Task<string> Export(StateFixture fixture, StateVersion state, bool gzip)
    {
        var http = new DefaultHttpContext();
        using var body = new MemoryStream();
        http.Response.Body = body;
        await fixture.States.WriteTo(http.Response, state, gzip, CancellationToken.None);
        (http.Response.ContentLength ?? body.Length).ShouldBe(body.Length);
        http.Response.Headers.ContentEncoding.ToString().ShouldBe(gzip ? "gzip" : "");
        body.Position = 0;
        using var reader = new StreamReader(gzip ? new GZipStream(body, CompressionMode.Decompress) : body, Encoding.UTF8);
        return await reader.ReadToEndAsync();
    }
}
