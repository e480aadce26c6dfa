using System.Diagnostics;
using System.Text;
using CsCheck;
using Support;

namespace Server.Tests.Environments;

/// <summary>Whatever somebody calls a definition, it is answered soon, and never 5xx.</summary>
public class HostileDefinitionTests
{
    private static string Doubling(string line, int times) =>
        "values:\n"
        + string.Concat(
            Enumerable
                .Range(0, times)
                .Select(i => "  " + string.Format(System.Globalization.CultureInfo.InvariantCulture, line, i, i + 1) + "\n")
        );

    public static readonly TheoryData<string, string> Bombs = new()
    {
        {
            "aliases",
            "values:\n  a0: &a0 [x, x]\n" + string.Concat(Enumerable.Range(1, 40).Select(i => $"  a{i}: &a{i} [*a{i - 1}, *a{i - 1}]\n"))
        },
        { "interpolations", Doubling("a{0}: '${{a{1}}}${{a{1}}}'", 60) + "  a60: xx" },
        { "lists of references", Doubling("a{0}: ['${{a{1}}}', '${{a{1}}}']", 60) + "  a60: xx" },
        { "functions", Doubling("a{0}: {{fn::toJSON: ['${{a{1}}}', '${{a{1}}}']}}", 60) + "  a60: xx" },
        { "quotes", Doubling("a{0}: {{fn::toString: ['${{a{1}}}']}}", 60) + "  a60: '\"'" },
        { "a long chain", Doubling("a{0}: '${{a{1}}}'", 1000) + "  a1000: x" },
        {
            "a long chain from its end",
            "values:\n  a0: x\n" + string.Concat(Enumerable.Range(1, 1000).Select(i => $"  a{i}: ['${{a{i - 1}}}']\n"))
        },
        { "depth", "values: " + new string('[', 100_000) },
        { "depth with an end", "values: {a: " + new string('[', 5000) + new string(']', 5000) + "}" },
        { "braces", "values: " + string.Concat(Enumerable.Repeat("{a: ", 50_000)) },
        { "dashes", "values:\n  a: " + string.Concat(Enumerable.Repeat("- ", 50_000)) },
        { "many values", "values:\n" + string.Concat(Enumerable.Range(0, 100_000).Select(i => $"  k{i}: 1\n")) },
        { "many imports", "imports: [" + string.Join(", ", Enumerable.Range(0, 50_000).Select(i => "p/e" + i)) + "]" },
        {
            "many environments",
            "values:\n" + string.Concat(Enumerable.Range(0, 5000).Select(i => $"  k{i}: ${{environments.p.e{i}.x}}\n"))
        },
        { "many holes", "values: {a: '" + string.Concat(Enumerable.Repeat("${a", 200_000)) + "'}" },
        { "a deep path", "values: {a: '${" + string.Concat(Enumerable.Repeat("a.", 100_000)) + "a}'}" },
        { "deep JSON", "values: {a: {fn::fromJSON: '" + new string('[', 100_000) + "'}}" },
        { "half a surrogate", """values: {a: {fn::fromJSON: '"\ud800"'}, b: "\ud800"}""" },
        { "a pattern", "values: {a: {fn::validate: {schema: {pattern: '((a{1000}){1000}){1000}'}, value: aaaa}}}" },
        { "a large number", "values: {a: 1e999, b: " + new string('9', 300_000) + ", c: 0x" + new string('f', 390) + "}" },
        { "tabs", "values:\n\ta: 1" },
        { "odd characters", "values: {\u0001: \u0007}" },
        { "directives", "%YAML 9.9\n%TAG ! tag:x,2000:\n--- !x\nvalues: !!map {a: !!int x, b: !!str 1, c: !y z}" },
        { "documents", "--- a\n--- b\n..." },
        { "keys that are no strings", "values: {[a]: 1, {b: c}: 2, ? : 3}" },
        { "merge keys", "values: {<<: {a: 1}, b: {<<: *x}}" },
        { "too large", new string('#', 1024 * 1024 + 1) },
    };

    [Theory, MemberData(nameof(Bombs))]
    public async Task A_bomb_does_not_go_off(string name, string yaml)
    {
        await using var server = await TestServer.Start();
        using var ann = await server.ClientOf("ann");
        await ann.CreateEnvironment("ann/p/e");
        var time = Stopwatch.StartNew();

        foreach (var path in (string[])["ann/yaml/open", "ann/yaml/check?showSecrets=true"])
        {
            using var answer = await ann.PostYaml(path, yaml);
            ((int)answer.StatusCode).ShouldBeLessThan(500, name + await answer.Content.ReadAsStringAsync());
        }
        using var written = await ann.PatchAsync(EnvironmentCalls.Base + "ann/p/e", new StringContent(yaml));
        ((int)written.StatusCode).ShouldBeLessThan(500, name);

        time.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(60), name);
    }

    [Fact]
    public async Task Random_definitions_are_answered()
    {
        await using var server = await TestServer.Start();
        using var ann = await server.ClientOf("ann");
        await ann.CreateEnvironment("ann/p/e");
        await ann.CreateEnvironment("ann/p/f", "values: {x: {y: [1, {fn::secret: s}]}}");

        string[] pieces =
        [
            "values:",
            "imports:",
            "\n  ",
            "\n    ",
            "a: ",
            "b: ",
            "- ",
            "[",
            "]",
            "{",
            "}",
            ", ",
            ": ",
            "fn::secret: ",
            "fn::toJSON: ",
            "fn::fromJSON: ",
            "fn::open::x: ",
            "fn::join: ",
            "fn::validate: {schema: ",
            "value: ",
            "ciphertext: ",
            "${a}",
            "${b.a[0]}",
            "${",
            "}",
            "$${",
            "'",
            "\"",
            "|\n",
            ">-\n",
            "&x ",
            "*x",
            "!!str ",
            "# c\n",
            "p/f",
            "p/e@1",
            "merge: false",
            "\u00e9",
            "\ud83c\udfd4",
            "1",
            "true",
            "null",
            "~",
            "\t",
            "\r\n",
            "---\n",
            "? ",
            "\\",
            "%",
            "@",
            "`",
            "x y",
        ];
        var texts = Gen.Int[0, pieces.Length - 1]
            .Array[1, 40]
            .Select(picked => string.Concat(picked.Select(i => pieces[i])))
            .Array[300]
            .Single();
        foreach (var text in texts)
        {
            foreach (var yaml in (string[])[text, "values:\n  " + text, "values: {a: " + text + "}"])
            {
                using var written = await ann.PatchAsync(EnvironmentCalls.Base + "ann/p/e", new StringContent(yaml, Encoding.UTF8));
                ((int)written.StatusCode).ShouldBeLessThan(500, yaml);
                if (written.IsSuccessStatusCode)
                {
                    using var opened = await ann.PostAsync(EnvironmentCalls.Base + "ann/p/e/open", null);
                    ((int)opened.StatusCode).ShouldBe(200, yaml); // what was taken can be opened
                    var stored = await ann.GetStringAsync(EnvironmentCalls.Base + "ann/p/e/decrypt");
                    using var again = await ann.PatchAsync(EnvironmentCalls.Base + "ann/p/e", new StringContent(stored, Encoding.UTF8));
                    again.IsSuccessStatusCode.ShouldBeTrue($"{yaml}\n=====\n{stored}\n{await again.Content.ReadAsStringAsync()}");
                }
            }
        }
    }
}
