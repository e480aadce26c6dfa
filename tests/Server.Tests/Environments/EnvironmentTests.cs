using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Server.Data;
using Server.Tests.Stacks;
using Support;

namespace Server.Tests.Environments;

public class EnvironmentTests
{
    private const string E = EnvironmentCalls.Base + "ann/web/dev";

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task Environments_are_made_listed_page_by_page_deleted_and_restored(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var ann = await server.ClientOf("ann");
        using var bob = await server.ClientOf("bob");
        foreach (var name in (string[])["web/dev", "web/a", "api/z", "default/old"])
        {
            await ann.CreateEnvironment("ann/" + name);
        }
        await bob.CreateEnvironment("bob/web/dev");

        (await ann.Post(EnvironmentCalls.Base + "ann", """{"project":"web","name":"dev"}""")).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await ann.Post(EnvironmentCalls.Base + "ann", """{"project":"web","name":"a b"}""")).StatusCode.ShouldBe(
            HttpStatusCode.BadRequest
        );
        (await ann.Post(EnvironmentCalls.Base + "ann", """{"project":"yaml","name":"open"}""")).StatusCode.ShouldBe(
            HttpStatusCode.BadRequest
        );
        (await Pages(ann, "/api/esc/environments?maxResults=3")).ShouldBe(["api/z", "default/old", "web/a", "web/dev"]);
        (await Pages(ann, EnvironmentCalls.Base + "ann?maxResults=1")).ShouldBe(["api/z", "default/old", "web/a", "web/dev"]);

        await ann.Define("ann/web/dev", "values: {a: 1}");
        (await ann.DeleteAsync(E)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await ann.GetAsync(E)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        await ann.CreateEnvironment("ann/web/dev");
        (
            await ann.PutAsync(EnvironmentCalls.Base + "ann/restore", new StringContent("""{"project":"web","name":"dev"}"""))
        ).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await Pages(ann, EnvironmentCalls.Base + "ann/restore")).ShouldBe(["web/dev"]);
        await ann.DeleteAsync(E);
        var deleted = JsonNode.Parse(await ann.GetStringAsync(EnvironmentCalls.Base + "ann/restore"))!["environments"]!.AsArray();
        var first = deleted.Last()!["deletedAt"]!.ToString();
        var back = await ann.PutAsync(
            EnvironmentCalls.Base + "ann/restore",
            new StringContent($$"""{"project":"web","name":"dev","deletionTimestamp":"{{first}}"}""")
        );
        back.StatusCode.ShouldBe(HttpStatusCode.NoContent);
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task Secrets_are_encrypted_in_their_place_and_comments_stay(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var ann = await server.ClientOf("ann");
        const string yaml = """
            # head
            values:
              a: # why
                fn::secret: hunter2 # what
              b: {fn::secret: "two words"}
              cert:
                fn::secret: |
                  BEGIN
                  END

              # between
              n: {fn::secret: 1234}
              quoted:
                fn::secret: # odd
                  'it''s'
              last: 1

            """;
        await ann.CreateEnvironment("ann/web/dev", yaml);

        var stored = await ann.GetAsync(E);
        var text = await stored.Content.ReadAsStringAsync();
        stored.Content.Headers.ContentType!.MediaType.ShouldBe("application/x-yaml");
        stored.Headers.GetValues("Pulumi-ESC-Revision").ShouldBe(["2"]);
        foreach (var plaintext in (string[])["hunter2", "two words", "BEGIN", "1234", "it's", "it''s"])
        {
            text.ShouldNotContain(plaintext);
        }
        foreach (var comment in (string[])["# head", "# why", "# what", "# between", "# odd"])
        {
            text.ShouldContain(comment);
        }
        (await ann.GetStringAsync(E + "/decrypt")).ShouldBe(
            """
            # head
            values:
              a: # why
                fn::secret: hunter2 # what
              b: {fn::secret: "two words"}
              cert:
                fn::secret: "BEGIN\nEND\n"

              # between
              n: {fn::secret: "1234"}
              quoted:
                fn::secret: # odd
                  "it's"
              last: 1

            """
        );
        await ann.Define("ann/web/dev", text + "  more: 2\n");
        (await ann.GetStringAsync(E)).ShouldBe(text + "  more: 2\n"); // ciphertexts stay as they are
        (await Open(ann, E)).ShouldContain("""{"value":"hunter2","secret":true,""");
        var rows = await server
            .Services.GetRequiredService<Database>()
            .Query<string>($"SELECT definition FROM environment_revisions ORDER BY number", default);
        rows.Count.ShouldBe(3);
        string.Concat(rows).ShouldNotContain("hunter2");
        (await Audited(server)).ShouldBe([
            "environment-created",
            "environment-updated",
            "environment-decrypted",
            "environment-updated",
            "environment-open",
            "environment-read-open",
        ]);
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task A_writer_who_has_not_seen_the_newest_text_is_refused(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var ann = await server.ClientOf("ann");
        await ann.CreateEnvironment("ann/web/dev");
        var seen = (await ann.GetAsync(E)).Headers.ETag!.ToString();
        (await ann.SendAsync(new(HttpMethod.Head, E))).Headers.ETag!.ToString().ShouldBe(seen);

        var first = await Write(ann, "values: {a: 1}", seen);
        first.Headers.GetValues("Pulumi-ESC-Revision").ShouldBe(["2"]);
        var late = await Write(ann, "values: {a: 2}", seen);

        late.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await late.Content.ReadAsStringAsync()).ShouldContain("changed meanwhile");
        (await ann.GetStringAsync(E)).ShouldBe("values: {a: 1}");
        var wrong = await Write(ann, "values: {a: '${b}'}", null);
        wrong.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await wrong.Content.ReadAsStringAsync()).ShouldContain(
            "\"diagnostics\":[{\"summary\":\"unknown property \\u0022b\\u0022\",\"range\":{\"environment\":\"web/dev\",\"begin\":{\"line\":1,\"column\":13,\"byte\":12}"
        );
        var racing = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => ann.PatchAsync(E, new StringContent($"values: {{r: {i}}}"))));
        var revisions = JsonNode.Parse(await ann.GetStringAsync(E + "/versions"))!.AsArray();
        revisions.Count.ShouldBe(2 + racing.Count(r => r.StatusCode == HttpStatusCode.OK));
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task Revisions_have_names_and_can_be_withdrawn(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var ann = await server.ClientOf("ann");
        await ann.CreateEnvironment("ann/web/dev", "values: {v: 2}");
        await ann.Define("ann/web/dev", "values: {v: 3}");
        await ann.Define("ann/web/dev", "values: {v: 4}");

        (await ann.Post(E + "/versions/tags", """{"name":"stable","revision":3}""")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await ann.Post(E + "/versions/tags", """{"name":"stable"}""")).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await ann.Post(E + "/versions/tags", """{"name":"3x"}""")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await ann.Post(E + "/versions/tags", """{"name":"latest"}""")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await ann.GetStringAsync(E + "/versions/stable")).ShouldBe("values: {v: 3}");
        (await ann.GetStringAsync(E + "/versions/2")).ShouldBe("values: {v: 2}");
        JsonNode.Parse(await ann.GetStringAsync(E + "/versions/tags/latest"))!["revision"]!.ToString().ShouldBe("4");
        JsonNode.Parse(await ann.GetStringAsync(E + "/versions?before=4&count=1"))![0]!["tags"]!.ToJsonString().ShouldBe("""["stable"]""");

        (await ann.Post(E + "/versions/4/retract", "{}")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await ann.Post(E + "/versions/3/retract", """{"reason":"leaked"}""")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await ann.GetAsync(E + "/versions/3")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await ann.GetStringAsync(E + "/versions/stable")).ShouldBe("values: {v: 2}");
        var retracted = JsonNode.Parse(await ann.GetStringAsync(E + "/versions?before=4&count=1"))![0]!["retracted"]!;
        (retracted["replacement"]!.ToString(), retracted["reason"]!.ToString(), retracted["byLogin"]!.ToString()).ShouldBe(
            ("2", "leaked", "ann")
        );
        (await ann.Problems("imports: [web/dev@3]")).ShouldBe("1:11 environment \"web/dev@3\" not found");

        (await ann.Patch(E + "/versions/tags/stable", """{"revision":4}""")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await ann.DeleteAsync(E + "/versions/tags/stable")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await ann.DeleteAsync(E + "/versions/tags/stable")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task Tags_settings_and_copies(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var ann = await server.ClientOf("ann");
        await ann.CreateEnvironment("ann/web/dev", "values: {p: {fn::secret: pw}}");
        await ann.Define("ann/web/dev", "values: {p: {fn::secret: pw2}}");
        await ann.Post(E + "/versions/tags", """{"name":"two","revision":2}""");

        (await ann.Post(E + "/tags", """{"name":"team","value":"ops"}""")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await ann.Post(E + "/tags", """{"name":"team","value":"x"}""")).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        await ann.Post(E + "/tags", """{"name":"other","value":"x"}""");
        (
            await ann.Patch(E + "/tags/team", """{"currentTag":{"name":"","value":"ops"},"newTag":{"name":"crew","value":""}}""")
        ).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await ann.Patch(E + "/tags/crew", """{"currentTag":{"value":"ops"},"newTag":{"name":"other"}}""")).StatusCode.ShouldBe(
            HttpStatusCode.Conflict
        );
        (await ann.DeleteAsync(E + "/tags/other")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        JsonNode.Parse(await ann.GetStringAsync(E + "/tags"))!["tags"]!["crew"]!["value"]!.ToString().ShouldBe("ops");
        (await ann.GetStringAsync(EnvironmentCalls.Base + "ann/tags")).ShouldBe("""{"crew":["ops"]}""");

        (await ann.Patch(E + "/settings", """{"deletionProtected":true}""")).StatusCode.ShouldBe(HttpStatusCode.OK);
        var kept = await ann.DeleteAsync(E);
        (kept.StatusCode, (await kept.Content.ReadAsStringAsync()).Contains("protect", StringComparison.Ordinal)).ShouldBe(
            (HttpStatusCode.Conflict, true)
        );
        var clone = """{"name":"copy","preserveHistory":true,"preserveEnvironmentTags":true,"preserveRevisionTags":true}""";
        (await ann.Post(E + "/clone", clone)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await ann.Post(E + "/clone", clone)).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await ann.GetStringAsync(EnvironmentCalls.Base + "ann/web/copy/versions/two/decrypt")).ShouldBe("values: {p: {fn::secret: pw}}");
        (await Open(ann, EnvironmentCalls.Base + "ann/web/copy")).ShouldContain("\"pw2\"");
        var foreign = await ann.GetStringAsync(E);
        (await ann.PatchAsync(EnvironmentCalls.Base + "ann/web/copy", new StringContent(foreign))).StatusCode.ShouldBe(
            HttpStatusCode.BadRequest
        );
        await ann.CreateEnvironment("ann/web/user", "imports: [web/dev, web/copy@two]");
        (await ann.GetStringAsync(E + "/referrers")).ShouldBe(
            """{"referrers":{"latest":[{"environment":{"project":"web","name":"user","revision":2}}]}}"""
        );
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task What_was_opened_can_be_read_by_who_opened_it_until_its_time_is_over(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var ann = await server.ClientOf("ann");
        using var bob = await server.ClientOf("bob");
        await ann.CreateEnvironment("ann/web/dev", "values: {o: {l: [{'c.d': {fn::secret: hunter2}}]}}");
        await bob.CreateEnvironment("bob/web/dev");
        var id = JsonNode.Parse(await (await ann.Post(E + "/open?duration=30m", "")).Content.ReadAsStringAsync())!["id"]!.ToString();

        (await ann.GetStringAsync(E + $"/open/{id}?property=" + Uri.EscapeDataString("o.l[0][\"c.d\"]"))).ShouldStartWith(
            """{"value":"hunter2","secret":true,"trace":{"def":{"environment":"web/dev","begin":{"line":1,"""
        );
        (await ann.GetAsync(E + $"/open/{id}?property=o.x")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await ann.GetAsync(E + $"/open/{id}?property=o..x")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await bob.GetAsync(EnvironmentCalls.Base + $"bob/web/dev/open/{id}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await ann.GetAsync(EnvironmentCalls.Base + $"ann/yaml/open/{id}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        var content = await server
            .Services.GetRequiredService<Database>()
            .QueryOne<byte[]>($"SELECT content FROM environment_sessions", default);
        System.Text.Encoding.UTF8.GetString(content!).ShouldNotContain("hunter2");
        server.Clock.Advance(TimeSpan.FromMinutes(31));
        (await ann.GetAsync(E + $"/open/{id}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await ann.Post(E + "/open?duration=x", "")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await ann.Post(E + "/open?duration=48h", "")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_check_hides_secrets_unless_they_are_asked_for_and_an_override_takes_anothers_place()
    {
        await using var server = await TestServer.Start();
        using var ann = await server.ClientOf("ann");
        await ann.CreateEnvironment("ann/web/dev", "values: {a: dev}");
        await ann.CreateEnvironment("ann/web/test", "values: {a: test}");
        const string yaml = "values: {p: {fn::secret: hunter2}, q: 'x${p}', o: {fn::toJSON: {a: '${p}'}}}";

        var hidden = await (await ann.PostYaml("ann/yaml/check?showSecrets=false", yaml)).Content.ReadAsStringAsync();
        hidden.ShouldNotContain("hunter2");
        hidden.ShouldContain("\"funcCounts\":{\"fn::toJSON\":1,\"fn::secret\":1}");
        (await (await ann.PostYaml("ann/yaml/check?showSecrets=true", yaml)).Content.ReadAsStringAsync()).ShouldContain("\"xhunter2\"");
        (await (await ann.PostYaml("ann/yaml/check", "values: {a: '${b}'}")).Content.ReadAsStringAsync()).ShouldContain("\"unknown\":true");
        (await (await ann.Post(E + "/check", "")).Content.ReadAsStringAsync()).ShouldContain("\"exprs\":{\"a\":{\"range\"");

        var overrides = Microsoft.AspNetCore.WebUtilities.WebEncoders.Base64UrlEncode("""{"web/dev":"web/test"}"""u8);
        var id = JsonNode.Parse(
            await (await ann.PostYaml("ann/yaml/open?environmentOverrides=" + overrides, "imports: [web/dev]")).Content.ReadAsStringAsync()
        )!["id"];
        (await ann.GetStringAsync(EnvironmentCalls.Base + $"ann/yaml/open/{id}?property=a")).ShouldContain("\"value\":\"test\"");
    }

    private static async Task<string> Open(HttpClient client, string environment)
    {
        var opened = await client.Post(environment + "/open", "");
        var answer = await opened.Content.ReadAsStringAsync();
        opened.StatusCode.ShouldBe(HttpStatusCode.OK, answer);
        return await client.GetStringAsync($"{environment}/open/{JsonNode.Parse(answer)!["id"]}");
    }

    private static async Task<HttpResponseMessage> Write(HttpClient client, string yaml, string? etag)
    {
        using var request = new HttpRequestMessage(HttpMethod.Patch, E) { Content = new StringContent(yaml) };
        if (etag is not null)
        {
            request.Headers.TryAddWithoutValidation("ETag", etag);
        }
        return await client.SendAsync(request);
    }

    private static async Task<List<string>> Pages(HttpClient client, string path)
    {
        var (names, token) = (new List<string>(), "");
        do
        {
            var page = JsonNode.Parse(await client.GetStringAsync(token.Length == 0 ? path : $"{path}&continuationToken={token}"))!;
            names.AddRange(page["environments"]!.AsArray().Select(e => $"{e!["project"]}/{e["name"]}"));
            token = page["nextToken"]!.ToString();
        } while (token.Length > 0);
        return names;
    }

    private static Task<List<string>> Audited(TestServer server) =>
        server
            .Services.GetRequiredService<Database>()
            .Query<string>($"SELECT event FROM audit_events WHERE event LIKE 'environment-%' ORDER BY created_ms, id", default);
}
