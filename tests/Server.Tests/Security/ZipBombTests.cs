using System.IO.Compression;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Routing;
using Server.Http;
using Server.Organizations;
using Server.Tests.Environments;
using Server.Tests.Organizations;
using Server.Tests.Stacks;
using Server.Tests.Updates;
using Support;

namespace Server.Tests.Security;

/// <summary>Small bodies that become large ones.</summary>
public class ZipBombTests
{
    private const long LargestTried = 16 * BodyLimit.Mebibyte;

    [Fact]
    public async Task Zip_bomb_no_route_unpacks_more_than_it_takes()
    {
        await using var server = await TestServer.Start();
        using var people = await People.Start(server);
        await people.MakeOrganization("acme", StackLevel.Write);
        var readers = 0;

        foreach (var (route, method) in Routes.Taking(server, "POST", "PUT", "PATCH").Where(r => Routes.IsApi(r.Route)))
        {
            var limit = (route.Metadata.GetMetadata<BodyLimit>() ?? new(BodyLimit.Standard)).Bytes;
            if (limit > LargestTried || !await Reads(people["ada"], route, method))
            {
                continue;
            }
            (await Send(people["ada"], route, method, Bomb(limit + 1))).Status.ShouldBe(
                HttpStatusCode.RequestEntityTooLarge,
                $"{method} {route.RoutePattern.RawText}"
            );
            readers++;
        }

        readers.ShouldBeGreaterThan(60);
    }

    [Theory]
    [InlineData("journalentries", "PATCH", 32)]
    [InlineData("checkpoint", "PATCH", 256)]
    [InlineData("checkpointverbatim", "PATCH", 256)]
    [InlineData("checkpointdelta", "PATCH", 256)]
    [InlineData("events/batch", "POST", 256)]
    public async Task Zip_bomb_what_an_update_saves_is_unpacked_up_to_its_limit(string call, string method, int mebibytes)
    {
        await using var test = await UpdateTest.Start();
        var run = await test.Creating("a");
        using var client = test.Server.Client();
        using var request = new HttpRequestMessage(new(method), $"{run.Address}/{call}")
        {
            Content = Packed(Bomb((mebibytes * (long)BodyLimit.Mebibyte) + 1)),
        };
        request.Headers.TryAddWithoutValidation("Authorization", "update-token " + run.Lease);

        (await client.SendAsync(request)).StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        await run.Complete();
        (await test.Names()).ShouldBe(["a"]);
    }

    [Theory]
    [InlineData("gzip, gzip")]
    [InlineData("gzip,gzip")]
    [InlineData("zip")]
    public async Task Zip_bomb_in_another_is_not_opened(string encodings)
    {
        await using var server = await TestServer.Start();
        using var ann = await server.ClientOf("ann");
        var body = new ByteArrayContent(Pack(Pack([.. """{"description":"opened"}"""u8])));
        body.Headers.TryAddWithoutValidation("Content-Encoding", encodings);

        (await ann.PostAsync("/api/user/tokens", body)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Zip_bomb_from_a_stranger_is_not_unpacked_either()
    {
        await using var server = await TestServer.Start();
        await server.AddAccount("ann");
        using var browser = new FormBrowser(server);
        await browser.Open("/signin");
        using var stranger = server.Client(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = browser.Cookies });
        var field = browser.Page.QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        var form =
            $"_handler=sign-in&__RequestVerificationToken={Uri.EscapeDataString(field)}&Name=ann&Password=correct+horse+battery&padding=";

        var fits = await stranger.PostAsync("/signin", PackedForm(form, 0));
        browser.Cookies.GetAllCookies()["holdfast"]!.Expired = true; // a form belongs to who was signed in when it was shown
        var bomb = await stranger.PostAsync("/signin", PackedForm(form, 2 * BodyLimit.Mebibyte));
        var exchange = await stranger.PostAsync("/api/oauth/token", PackedForm("padding=", 2 * BodyLimit.Mebibyte));

        fits.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        bomb.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        exchange.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
    }

    private static ByteArrayContent PackedForm(string form, int padding)
    {
        var body = Packed(Pack([.. Encoding.ASCII.GetBytes(form + new string('x', padding))]));
        body.Headers.ContentType = new("application/x-www-form-urlencoded");
        return body;
    }

    /// <summary>A route that reads its body notices that it is none.</summary>
    private static async Task<bool> Reads(HttpClient client, RouteEndpoint route, string method)
    {
        if (!(await client.GetAsync("/api/stacks/acme/x/dev")).IsSuccessStatusCode)
        {
            await client.CreateStack("acme/x/dev");
        }
        if (!(await client.GetAsync(EnvironmentCalls.Base + "acme/x/dev")).IsSuccessStatusCode)
        {
            await client.CreateEnvironment("acme/x/dev");
        }
        var (status, text) = await Send(client, route, method, "this is not gzip"u8.ToArray());
        return status == HttpStatusCode.BadRequest && text.Contains("Content-Encoding", StringComparison.Ordinal);
    }

    private static async Task<(HttpStatusCode Status, string Text)> Send(HttpClient client, RouteEndpoint route, string method, byte[] body)
    {
        using var request = new HttpRequestMessage(new(method), Routes.Address(route)) { Content = Packed(body) };
        using var answer = await client.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private static ByteArrayContent Packed(byte[] bytes)
    {
        var content = new ByteArrayContent(bytes);
        content.Headers.ContentEncoding.Add("gzip");
        return content;
    }

    /// <summary>An empty JSON object with so many blanks in it.</summary>
    private static byte[] Bomb(long bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            var blanks = new byte[BodyLimit.Mebibyte];
            blanks.AsSpan().Fill((byte)' ');
            gzip.WriteByte((byte)'{');
            for (var left = bytes; left > 0; left -= blanks.Length)
            {
                gzip.Write(blanks.AsSpan(0, (int)Math.Min(left, blanks.Length)));
            }
            gzip.WriteByte((byte)'}');
        }
        return packed.ToArray();
    }

    private static byte[] Pack(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(bytes);
        }
        return packed.ToArray();
    }
}
