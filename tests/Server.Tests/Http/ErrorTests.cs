using System.IO.Compression;
using System.Net;
using System.Text;
using Support;

namespace Server.Tests.Http;

public class ErrorTests
{
    [Theory]
    [InlineData("GET", "/api/no/such/route", 404, """{"code":404,"message":"Not Found: This server has nothing at /api/no/such/route."}""")]
    [InlineData("PUT", "/api/user", 405, """{"code":405,"message":"Method Not Allowed: /api/user does not take PUT, but GET."}""")]
    [InlineData("GET", "/api/user", 401, """{"code":401,"message":"Unauthorized: No credentials provided or are invalid."}""")]
    public async Task Every_error_of_the_api_has_the_body_that_clients_read(string method, string path, int status, string body)
    {
        await using var server = await TestServer.Start();
        using var client = server.Client();

        var answer = await client.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));

        ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync()).ShouldBe((status, body));
        answer.Headers.GetValues("X-Pulumi-Request-ID").Single().Length.ShouldBe(32);
    }

    [Fact]
    public async Task Bad_json_is_the_callers_fault_and_says_where()
    {
        await using var server = await TestServer.Start();
        using var ann = await server.ClientOf("ann");

        var answer = await ann.PostAsync("/api/user/tokens", new StringContent("{\"description\":\n oops}"));

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadAsStringAsync()).ShouldBe(
            """{"code":400,"message":"Bad Request: The body is not the JSON object that this call takes; it goes wrong in line 2, byte 2."}"""
        );
    }

    [Fact]
    public async Task Gzip_is_understood_both_ways_and_a_lie_about_it_is_a_400()
    {
        await using var server = await TestServer.Start();
        using var ann = await server.ClientOf("ann");
        using var zipped = new MemoryStream();
        await using (var gzip = new GZipStream(zipped, CompressionMode.Compress, leaveOpen: true))
        {
            await gzip.WriteAsync("""{"description":"zipped"}"""u8.ToArray());
        }
        ann.DefaultRequestHeaders.Add("Accept-Encoding", "gzip");

        (await ann.PostAsync("/api/user/tokens", Gzip(zipped.ToArray()))).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await ann.PostAsync("/api/user/tokens", Gzip("not gzip"u8.ToArray()))).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var answer = await ann.GetAsync("/api/user/tokens");

        answer.Content.Headers.ContentEncoding.ShouldBe(["gzip"]);
        await using var plain = new GZipStream(await answer.Content.ReadAsStreamAsync(), CompressionMode.Decompress);
        using var reader = new StreamReader(plain, Encoding.UTF8);
        (await reader.ReadToEndAsync()).ShouldContain("zipped");
    }

    [Fact]
    public async Task A_body_over_the_limit_is_refused_with_413()
    {
        await using var server = await TestServer.Start();
        using var ann = await server.ClientOf("ann");

        var answer = await ann.PostAsync("/api/user/tokens", new ByteArrayContent(new byte[2 * 1024 * 1024]));

        answer.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        (await answer.Content.ReadAsStringAsync()).ShouldStartWith("""{"code":413,""");
    }

    [Fact]
    public async Task A_page_that_does_not_exist_is_a_page_that_says_so()
    {
        await using var server = await TestServer.Start();
        using var browser = new FormBrowser(server);

        await browser.Open("/welcome/no/such/page");

        browser.Status.ShouldBe(HttpStatusCode.NotFound);
        browser.Text("h1").ShouldBe("There is nothing here");
    }

    [Fact]
    public async Task A_foreign_host_name_is_refused_by_a_server_on_loopback()
    {
        await using var server = await TestServer.Start();
        using var client = server.Client();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/signup");
        request.Headers.Host = "rebound.example.com";

        (await client.SendAsync(request)).StatusCode.ShouldBe(HttpStatusCode.MisdirectedRequest);
    }

    [Fact]
    public async Task Every_answer_tells_browsers_what_they_may_not_do()
    {
        await using var server = await TestServer.Start();
        using var client = server.Client();

        var headers = (await client.GetAsync("/signup")).Headers;

        headers.GetValues("Referrer-Policy").ShouldBe(["no-referrer"]);
        headers.GetValues("X-Frame-Options").ShouldBe(["DENY"]);
        headers.CacheControl!.NoStore.ShouldBeTrue();
        var policy = headers.GetValues("Content-Security-Policy").Single();
        policy.ShouldStartWith("default-src 'none'; script-src 'self'; style-src 'self';");
        policy.ShouldNotContain("unsafe");
        policy.ShouldContain("object-src 'none'");
        policy.ShouldContain("base-uri 'none'");
    }

    [Fact]
    public async Task Over_https_browsers_are_told_to_stay_with_it_for_a_year_on_subdomains_too()
    {
        await using var server = await TestServer.Start(change: s =>
            s with
            {
                TrustedProxies = [IPAddress.Loopback, IPAddress.IPv6Loopback],
            }
        );
        using var client = server.Client();
        client.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");

        foreach (var path in new[] { "/signin", "/api/user", "/assets/app.css" })
        {
            using var answer = await client.GetAsync(path);
            answer.Headers.GetValues("Strict-Transport-Security").ShouldBe(["max-age=31536000; includeSubDomains"]);
        }
    }

    [Fact]
    public async Task The_method_TRACE_brings_nothing_back()
    {
        await using var server = await TestServer.Start();
        using var client = server.Client();

        foreach (var path in new[] { "/", "/signin", "/api/user", "/assets/app.css", "/metrics" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Trace, path) { Headers = { { "X-Told-Back", "9b1d" } } };
            using var answer = await client.SendAsync(request);
            ((int)answer.StatusCode).ShouldBeOneOf(401, 404, 405);
            (await answer.Content.ReadAsStringAsync()).ShouldNotContain("9b1d");
        }
    }

    private static ByteArrayContent Gzip(byte[] bytes)
    {
        var content = new ByteArrayContent(bytes);
        content.Headers.ContentEncoding.Add("gzip");
        return content;
    }
}
