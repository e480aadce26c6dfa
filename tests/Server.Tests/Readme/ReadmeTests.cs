using System.Text.Json;
using Server.Readme;
using Server.Tests.Resources;
using Support;

namespace Server.Tests.Readme;

public class ReadmeTests
{
    [Theory]
    [InlineData("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>")]
    [InlineData("[x](javascript:alert(1))", "<p>x</p>")]
    [InlineData("[x](JaVaScRiPt&colon;alert(1))", "<p>x</p>")]
    [InlineData("[x](data:text/html,a)", "<p>x</p>")]
    [InlineData("[x](//evil.example)", "<p>x</p>")]
    [InlineData("[x](https://example.com)", """<p><a href="https://example.com" rel="noopener noreferrer nofollow">x</a></p>""")]
    [InlineData(
        "![x](https://example.com/a.png)",
        """<p><a href="https://example.com/a.png" rel="noopener noreferrer nofollow">x</a></p>"""
    )]
    [InlineData("<javascript:alert(1)>", "<p>javascript:alert(1)</p>")]
    [InlineData("# Title", "<h2>Title</h2>")]
    [InlineData("[x][y]\n\n[y]: javascript:alert(1)", "<p>x</p>")]
    public void Markdown_of_others_becomes_harmless(string markdown, string html) => MarkdownPage.Html(markdown).Trim().ShouldBe(html);

    [Fact]
    public void A_table_has_no_styles() => MarkdownPage.Html("| a |\n| :-: |\n| b |\n").ShouldNotContain("style");

    [Theory]
    [InlineData("${outputs.a}", "x")]
    [InlineData("${outputs.b.c[1]}", "2")]
    [InlineData("${outputs.b}", """{"c":[1,2]}""")]
    [InlineData("${outputs.none} ${other.a} ${outputs.b.c[9]}", "${outputs.none} ${other.a} ${outputs.b.c[9]}")]
    [InlineData("${outputs.s} ${outputs.s.ciphertext} ${outputs.t}", "[secret] ${outputs.s.ciphertext} [secret]")]
    public void Holes_are_filled_but_not_with_secrets(string text, string expected)
    {
        const string secret = """{"4dabf18193072939515e22adb298388d":"1b47061264138c4ac30d75fd1eb44270","ciphertext":"AAAA"}""";
        var outputs = JsonElement.Parse($$"""{"a":"x","b":{"c":[1,2]},"s":{{secret}},"t":[{{secret}}]}""");

        ReadmeTemplate.Fill(text, outputs).ShouldBe(expected);
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task The_page_shows_what_the_program_exports(Engine engine)
    {
        await using var test = await ResourceTest.Start(engine);
        await test.Browser.Open($"/{ResourceTest.Stack}/readme");
        test.Browser.Text(".lead").ShouldBe("This stack has no README.");
        await test.Import(SampleState.Shop(ResourceTest.Stack, await test.Encrypt("\"hunter2\"")));

        await test.Browser.Open($"/{ResourceTest.Stack}/readme");

        test.Browser.Text(".markdown p")
            .ShouldBe("""It answers at https://shop.example.com, in the zones ["a","b","c"]. The password is [secret].""");
        await test.Import(SampleState.Wild(ResourceTest.Stack));
        await test.Browser.Open($"/{ResourceTest.Stack}/readme");
        test.Browser.Page.QuerySelectorAll("main script, main img, main a[href^=javascript]").ShouldBeEmpty();
    }
}
