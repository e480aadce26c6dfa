using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Support;

namespace Server.Tests.Updates;

/// <summary>What a network and a stranger do to requests.</summary>
[Collection<Alone>]
public class WireTests
{
    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task A_client_that_hangs_up_in_the_middle_of_a_body_has_saved_nothing_and_harms_nobody(Engine engine)
    {
        await using var test = await UpdateTest.Start(engine);
        var run = await test.Creating("a");
        var body = StockClient.Pack(Encoding.UTF8.GetBytes(Batch(Stock.Success(20, 20, Stock.Resource("b")))));

        for (var sent = 0; sent < body.Length; sent += 40)
        {
            using var connection = await Send(test, run, "PATCH", "journalentries", body.Length, body.AsMemory(0, sent));
            connection.Client.LingerState = new(true, 0); // a reset, not a farewell
        }

        (await test.Names()).ShouldBe(["a"]);
        (await run.Journal(Stock.Success(20, 20, Stock.Resource("b")))).Expect();
        await run.Complete();
        (await test.Names()).Order().ShouldBe(["a", "b"]);
    }

    [Fact]
    public async Task Bodies_that_trickle_in_hold_nobody_up_and_are_given_up()
    {
        await using var test = await UpdateTest.Start();
        var run = await test.Creating("a");
        var trickles = await Task.WhenAll(
            Enumerable.Range(0, 100).Select(_ => Send(test, run, "PATCH", "journalentries", 1_000_000, new byte[] { 0x1f }))
        );

        (await run.Journal(Stock.Success(20, 20, Stock.Resource("b")))).Expect();
        await run.Complete();

        (await test.Names()).Order().ShouldBe(["a", "b"]);
        var answers = await Task.WhenAll(trickles.Select(Answer));
        answers.ShouldAllBe(a => a.StartsWith("HTTP/1.1 408"));
        answers[0].ShouldContain("\"code\":408");
        Array.ForEach(trickles, t => t.Dispose());
    }

    [Theory]
    [InlineData("PATCH", "journalentries")]
    [InlineData("PATCH", "checkpoint")]
    [InlineData("PATCH", "checkpointverbatim")]
    [InlineData("PATCH", "checkpointdelta")]
    [InlineData("POST", "events/batch")]
    [InlineData("POST", "events")]
    public async Task A_large_body_is_not_read_from_a_stranger(string method, string call)
    {
        await using var test = await UpdateTest.Start();
        var run = await test.Begin();
        var before = GC.GetTotalAllocatedBytes(precise: true);

        foreach (var (id, lease) in new[] { (run.Id, new string('x', 32)), ("no-such-update", run.Lease), ("no-such-update", "x") })
        {
            using var connection = await Send(test, run, method, call, 15_000_000, new byte[] { 0x1f }, id, lease);
            (await Answer(connection)).Split(' ')[1].ShouldBeOneOf("401", "404"); // though the body has not come
        }

        (GC.GetTotalAllocatedBytes(precise: true) - before).ShouldBeLessThan(10_000_000);
        await run.Complete();
    }

    [Fact]
    public async Task An_update_runs_over_http_2_as_well()
    {
        var folder = Directory.CreateTempSubdirectory("holdfast-tls-");
        var (certificate, key) = (Path.Combine(folder.FullName, "cert.pem"), Path.Combine(folder.FullName, "key.pem"));
        string fingerprint;
        using (var rsa = RSA.Create(2048))
        {
            var request = new CertificateRequest("CN=localhost", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
            fingerprint = made.GetCertHashString(HashAlgorithmName.SHA256);
            await File.WriteAllTextAsync(certificate, made.ExportCertificatePem());
            await File.WriteAllTextAsync(key, rsa.ExportPkcs8PrivateKeyPem());
        }
        await using var server = await TestServer.Start(
            Engine.Sqlite,
            s =>
                s with
                {
                    Listen = [s.Listen[0] with { Tls = true }],
                    PublicUrl = new($"https://localhost:{s.Listen[0].Port}"),
                    CertificateFile = certificate,
                    CertificateKeyFile = key,
                }
        );
        using var wire = new Http2(fingerprint);
        using var ann = await server.StockOf("ann", wire);
        await ann.CreateStack(UpdateTest.Stack);

        var run = await StockRun.Begin(ann, UpdateTest.Stack);
        await UpdateTest.Create(run, "a", "b");
        await run.Events([.. Enumerable.Range(0, 300).Select(i => Stock.Event(i))]);
        (await run.Renew()).Expect();
        await run.Complete();

        Stock.Names(await ann.Export(UpdateTest.Stack)).ShouldBe(["a", "b"]);
        wire.Answers.ShouldBeGreaterThan(10);
        folder.Delete(recursive: true);
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task A_thousand_batches_of_events_at_once_are_all_there(Engine engine)
    {
        await using var test = await UpdateTest.Start(engine);
        var run = await test.Begin();
        var order = Enumerable.Range(0, 1000).ToArray();
        Random.Shared.Shuffle(order);

        var answers = await Task.WhenAll(order.Select(b => run.EventBatch(Enumerable.Range(10 * b, 10).Select(i => Stock.Event(i)))));

        answers.ShouldAllBe(a => a.Code == 0);
        await run.Complete();
        var found = new List<int>();
        for (var after = ""; after is not null; )
        {
            var page = (await test.Ann.Get(run.Address + "/events" + after)).Expect().Json;
            found.AddRange(page["events"]!.AsArray().Select(e => e!["sequence"]!.GetValue<int>()));
            after = page["continuationToken"] is { } token ? "?continuationToken=" + token.GetValue<string>() : null;
        }
        found.ShouldBe(Enumerable.Range(0, 10_000));
    }

    [Theory]
    [InlineData("a.b.c", "x.y-z_1")]
    [InlineData("...", "-")]
    [InlineData("_", ".hidden.")]
    [InlineData("1111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111", "LONG")]
    [InlineData("updates", "update")]
    [InlineData("settings", "export")]
    public async Task Odd_names_live_a_whole_life(string project, string name)
    {
        await using var test = await UpdateTest.Start();
        var stack = $"ann/{project}/{(name == "LONG" ? new string('z', 100) : name)}";
        await test.Ann.CreateStack(stack);
        var run = await StockRun.Begin(test.Ann, stack);
        await UpdateTest.Create(run, "a");
        await run.Complete();

        Stock.Names(await test.Ann.Export(stack)).ShouldBe(["a"]);
        (await test.Ann.Get(StockClient.Stack(stack) + "/updates?pageSize=10&page=1")).Expect().Json["updates"]!
            .AsArray()
            .Count.ShouldBe(1);
        var secret = (await test.Ann.Post(StockClient.Stack(stack) + "/encrypt", new JsonObject { ["plaintext"] = "eA==" })).Expect().Json;
        var open = await test.Ann.Post(
            StockClient.Stack(stack) + "/decrypt",
            new JsonObject { ["ciphertext"] = secret["ciphertext"]!.GetValue<string>() }
        );
        open.Expect().Json["plaintext"]!.GetValue<string>().ShouldBe("eA==");
        (await test.Ann.Get("/api/user/stacks?project=" + project)).Expect().Text.ShouldContain($"\"projectName\":\"{project}\"");
        var renamed = new JsonObject { ["newName"] = "n", ["newProject"] = project };
        (await test.Ann.Post(StockClient.Stack(stack) + "/rename", renamed)).Expect();
        (await test.Ann.Send(new(HttpMethod.Delete, StockClient.Stack($"ann/{project}/n") + "?force=true"))).Expect();
    }

    private static string Batch(params IEnumerable<JsonObject> entries) =>
        new JsonObject { ["entries"] = new JsonArray([.. entries]) }.ToJsonString();

    /// <summary>Sends the head of a request and what is given of its body.</summary>
    private static async Task<TcpClient> Send(
        UpdateTest test,
        StockRun run,
        string method,
        string call,
        int length,
        ReadOnlyMemory<byte> some,
        string? id = null,
        string? lease = null
    )
    {
        var connection = new TcpClient();
        await connection.ConnectAsync(IPAddress.Loopback, test.Server.Url.Port);
        var head =
            $"{method} {StockClient.Stack(run.Stack)}/update/{id ?? run.Id}/{call} HTTP/1.1\r\nHost: {test.Server.Url.Authority}\r\n"
            + $"Authorization: update-token {lease ?? run.Lease}\r\nContent-Encoding: gzip\r\nContent-Length: {length}\r\n\r\n";
        await connection.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head));
        await connection.GetStream().WriteAsync(some);
        return connection;
    }

    /// <summary>What arrives until the server has said all or hangs up.</summary>
    private static async Task<string> Answer(TcpClient connection)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var answer = new byte[4096];
        var length = await connection.GetStream().ReadAtLeastAsync(answer, 200, throwOnEndOfStream: false, patience.Token);
        return Encoding.ASCII.GetString(answer, 0, length);
    }

    /// <summary>Asks for nothing less, and trusts one certificate.</summary>
    private sealed class Http2 : DelegatingHandler
    {
        public Http2(string fingerprint)
            : base(
                new SocketsHttpHandler
                {
                    UseCookies = false,
                    SslOptions = new()
                    {
                        RemoteCertificateValidationCallback = (_, shown, _, _) =>
                            shown?.GetCertHashString(HashAlgorithmName.SHA256) == fingerprint,
                    },
                }
            ) { }

        public int Answers { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            (request.Version, request.VersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact);
            var answer = await base.SendAsync(request, cancellationToken);
            answer.Version.ShouldBe(HttpVersion.Version20);
            Answers++;
            return answer;
        }
    }
}
