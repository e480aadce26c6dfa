using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Server.Data;
using Server.Tests.Stacks;
using Support;
using Wire;

namespace Server.Tests.Secrets;

public class SecretTests
{
    private const string Dev = "/api/stacks/ann/web/dev";

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task What_was_encrypted_is_decrypted_one_by_one_and_in_batches(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var ann = await server.ClientOf("ann");
        await ann.CreateStack("ann/web/dev");
        byte[][] plaintexts =
        [
            [],
            [0],
            Encoding.UTF8.GetBytes("hunter2"),
            [.. Enumerable.Repeat((byte)255, 300_000)],
            [],
        ];

        var single = await Encrypt(ann, Dev, plaintexts[2]);
        var batch = await BatchEncrypt(ann, plaintexts);

        (await Decrypt(ann, single)).ShouldBe(plaintexts[2]);
        (await Decrypt(ann, batch[0])).ShouldBeEmpty();
        batch.Count.ShouldBe(5);
        var answer = (await BatchDecrypt(ann, [.. batch, single, single])).Plaintexts;
        answer.Count.ShouldBe(6);
        batch.Select(c => answer[Convert.ToBase64String(c)]).ShouldBe(plaintexts);
        answer[Convert.ToBase64String(single)].ShouldBe(plaintexts[2]);
        (await BatchEncrypt(ann, [])).ShouldBeEmpty();
        (await BatchDecrypt(ann, [])).Plaintexts.ShouldBeEmpty();
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task Fifty_first_secrets_at_once_are_encrypted_with_one_key(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var ann = await server.ClientOf("ann");
        await ann.CreateStack("ann/web/dev");

        var made = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Encrypt(ann, Dev, [(byte)i])));

        var answer = await BatchDecrypt(ann, made);
        made.Select(c => (int)answer.Plaintexts[Convert.ToBase64String(c)].Single()).ShouldBe(Enumerable.Range(0, 50));
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task A_foreign_or_changed_ciphertext_is_a_400_and_tells_nothing(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var ann = await server.ClientOf("ann");
        await ann.CreateStack("ann/web/dev");
        await ann.CreateStack("ann/web/prod");
        var foreign = await Encrypt(ann, "/api/stacks/ann/web/prod", [1, 2, 3]);
        var changed = await Encrypt(ann, Dev, [1, 2, 3]);
        changed[^1] ^= 1;

        foreach (var ciphertext in new[] { foreign, changed, [], [1], new byte[28], new byte[29], new byte[100], foreign[..^1] })
        {
            var body = $$"""{"ciphertext":"{{Convert.ToBase64String(ciphertext)}}"}""";
            (await ann.Post(Dev + "/decrypt", body)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
            var batch = $$"""{"ciphertexts":["{{Convert.ToBase64String(ciphertext)}}"]}""";
            (await ann.Post(Dev + "/batch-decrypt", batch)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        }
        (await Events(server)).ShouldBe(["stack-created", "stack-created"]);
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task Every_request_that_reads_plaintext_is_written_down_once_before_its_answer(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var ann = await server.ClientOf("ann");
        await ann.CreateStack("ann/web/dev");
        var secret = await Encrypt(ann, Dev, [7]);

        await Decrypt(ann, secret);
        await BatchDecrypt(ann, [secret, secret, secret]);
        (await ann.Post(Dev + "/decrypt/log-decryption", """{"secretName":"p\u0000w\n"}""")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await ann.Post(Dev + "/decrypt/log-batch-decryption", """{"commandName":"pulumi config"}""")).StatusCode.ShouldBe(
            HttpStatusCode.NoContent
        );

        (await Events(server)).ShouldBe([
            "stack-created",
            "secret-decrypted",
            "secrets-batch-decrypted",
            "secret-decrypted",
            "secrets-batch-decrypted",
        ]);
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task A_former_name_still_means_the_stack_and_a_new_stack_of_that_name_comes_first(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var ann = await server.ClientOf("ann");
        await ann.CreateStack("ann/web/new");
        var old = await Encrypt(ann, "/api/stacks/ann/web/new", [1]);
        await server
            .Services.GetRequiredService<Database>()
            .Execute(
                $"""
                INSERT INTO stack_former_names (organization_id, project, name, stack_id, until_ms)
                SELECT organization_id, 'web', 'dev', id, 1 FROM stacks
                """,
                CancellationToken.None
            );

        (await Decrypt(ann, old)).ShouldBe([1]);
        (await Decrypt(ann, await Encrypt(ann, Dev, [2]))).ShouldBe([2]);
        await ann.CreateStack("ann/web/dev");
        var later = await Encrypt(ann, Dev, [3]);
        var both = await BatchDecrypt(ann, [later, old]);
        both.Plaintexts.Values.Select(v => v.Single()).ShouldBe([(byte)3, (byte)1]);
        var body = $$"""{"ciphertext":"{{Convert.ToBase64String(later)}}"}""";
        (await ann.Post("/api/stacks/ann/web/new/decrypt", body)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);

        using var bob = await server.ClientOf("bob");
        (await bob.Post(Dev + "/decrypt", body)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("encrypt", """{"plaintext":"not base64!"}""", 400)]
    [InlineData("encrypt", """{"plaintext":7}""", 400)]
    [InlineData("encrypt", """{"plaintext":"AA==""", 400)]
    [InlineData("encrypt", """{"plaintext":null}""", 200)]
    [InlineData("batch-encrypt", """{"plaintexts":["AA==",null,""]}""", 200)]
    [InlineData("batch-encrypt", """{"plaintexts":["AA==",7]}""", 400)]
    [InlineData("batch-encrypt", """{"plaintexts":{"a":"AA=="}}""", 400)]
    [InlineData("batch-encrypt", """{"plaintexts":["AA==""", 400)]
    [InlineData("batch-encrypt", """{"plaintexts":[1e999]}""", 400)]
    [InlineData("batch-encrypt", "{}", 200)]
    [InlineData("batch-encrypt", "", 200)]
    [InlineData("batch-encrypt", "[]", 400)]
    [InlineData("batch-decrypt", """{"ciphertexts":["!"]}""", 400)]
    [InlineData("batch-decrypt", """{"ciphertexts":[[[]]]}""", 400)]
    [InlineData("decrypt", "{}", 400)]
    [InlineData("decrypt/log-decryption", """{"secretName":{}}""", 400)]
    [InlineData("decrypt/log-decryption", "{}", 204)]
    public async Task A_malformed_body_is_a_400(string call, string body, int expected)
    {
        await using var server = await TestServer.Start();
        using var ann = await server.ClientOf("ann");
        await ann.CreateStack("ann/web/dev");

        var answer = await ann.Post($"{Dev}/{call}", body);

        ((int)answer.StatusCode).ShouldBe(expected, await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_batch_has_a_thousand_values_and_no_more()
    {
        await using var server = await TestServer.Start();
        using var ann = await server.ClientOf("ann");
        await ann.CreateStack("ann/web/dev");

        var made = await BatchEncrypt(ann, [.. Enumerable.Range(0, 1000).Select(i => BitConverter.GetBytes(i))]);
        (await BatchDecrypt(ann, made)).Plaintexts.Count.ShouldBe(1000);
        var values = string.Join(',', Enumerable.Repeat("\"AA==\"", 1001));
        (await ann.Post(Dev + "/batch-encrypt", $$"""{"plaintexts":[{{values}}]}""")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await ann.Post(Dev + "/batch-decrypt", $$"""{"ciphertexts":[{{values}}]}""")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_compressed_body_counts_as_large_as_it_becomes()
    {
        await using var server = await TestServer.Start();
        using var ann = await server.ClientOf("ann");
        await ann.CreateStack("ann/web/dev");

        var bomb = await ann.PostAsync(Dev + "/batch-encrypt", Gzip("""{"plaintexts":[""", 65 * 1024 * 1024));
        bomb.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        (await bomb.Content.ReadAsStringAsync()).ShouldStartWith("""{"code":413,"message":"Payload Too Large: """);
        var small = await ann.PatchAsync("/api/stacks/ann/web/dev/tags", Gzip("""{"a":""", 2 * 1024 * 1024));
        small.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        var large = await ann.PostAsync(Dev + "/batch-encrypt", Gzip("""{"plaintexts":[]""", 60 * 1024 * 1024, "}"));
        large.StatusCode.ShouldBe(HttpStatusCode.OK);

        var cut = await Gzip("""{"plaintexts":["AAAAAAAAAAAAAAAA"]""", 100_000, "}").ReadAsByteArrayAsync();
        (await ann.PostAsync(Dev + "/batch-encrypt", AsGzip(cut[..(cut.Length / 2)]))).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await ann.PostAsync(Dev + "/batch-encrypt", AsGzip(cut[..3]))).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Ten_thousand_brackets_are_a_400()
    {
        await using var server = await TestServer.Start();
        using var ann = await server.ClientOf("ann");
        await ann.CreateStack("ann/web/dev");
        var deep = new string('[', 10_000) + new string(']', 10_000);

        (await ann.Post(Dev + "/batch-encrypt", $$"""{"plaintexts":{{deep}}}""")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await ann.Post(Dev + "/batch-encrypt", $$"""{"other":{{deep}}}""")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await ann.Post("/api/stacks/ann/web", $$"""{"state":{"deployment":{{deep}} } }""")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    private static ByteArrayContent Gzip(string start, int spaces, string end = "")
    {
        using var zipped = new MemoryStream();
        using (var gzip = new GZipStream(zipped, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(Encoding.UTF8.GetBytes(start));
            var blank = Encoding.UTF8.GetBytes(new string(' ', 65536));
            for (var left = spaces; left > 0; left -= blank.Length)
            {
                gzip.Write(blank.AsSpan(0, Math.Min(left, blank.Length)));
            }
            gzip.Write(Encoding.UTF8.GetBytes(end));
        }
        return AsGzip(zipped.ToArray());
    }

    private static ByteArrayContent AsGzip(byte[] bytes)
    {
        var content = new ByteArrayContent(bytes);
        content.Headers.ContentEncoding.Add("gzip");
        return content;
    }

    private static async Task<byte[]> Encrypt(HttpClient client, string stack, byte[] plaintext)
    {
        var answer = await client.Post(stack + "/encrypt", $$"""{"plaintext":"{{Convert.ToBase64String(plaintext)}}"}""");
        return (await answer.Content.ReadFromJsonAsync(WireJson.Default.EncryptResponse))!.Ciphertext;
    }

    private static async Task<byte[]> Decrypt(HttpClient client, byte[] ciphertext)
    {
        var answer = await client.Post(Dev + "/decrypt", $$"""{"ciphertext":"{{Convert.ToBase64String(ciphertext)}}"}""");
        return (await answer.Content.ReadFromJsonAsync(WireJson.Default.DecryptResponse))!.Plaintext;
    }

    private static async Task<IReadOnlyList<byte[]>> BatchEncrypt(HttpClient client, byte[][] plaintexts)
    {
        var answer = await client.PostAsync(
            Dev + "/batch-encrypt",
            JsonContent.Create(new(plaintexts), WireJson.Default.BatchEncryptRequest)
        );
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync(WireJson.Default.BatchEncryptResponse))!.Ciphertexts;
    }

    private static async Task<BatchDecryptResponse> BatchDecrypt(HttpClient client, IReadOnlyList<byte[]> ciphertexts)
    {
        var answer = await client.PostAsync(
            Dev + "/batch-decrypt",
            JsonContent.Create(new(ciphertexts), WireJson.Default.BatchDecryptRequest)
        );
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync(WireJson.Default.BatchDecryptResponse))!;
    }

    private static Task<List<string>> Events(TestServer server) =>
        server
            .Services.GetRequiredService<Database>()
            .Query<string>(
                $"SELECT event FROM audit_events WHERE event LIKE 'stack-%' OR event LIKE 'secret%' ORDER BY created_ms, id",
                CancellationToken.None
            );
}
