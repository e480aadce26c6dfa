using Support;

namespace Server.Tests.Environments;

public class EvaluationTests
{
    [Theory]
    [InlineData(
        "values: {a: 1, b: 1.50, c: true, d: null, e: x, f: '1', g: 0x1F, h: [1, [2]], i: yes}",
        """{"a":1,"b":1.50,"c":true,"d":null,"e":"x","f":"1","g":31,"h":[1,[2]],"i":"yes"}"""
    )]
    [InlineData("values: {a: {b: [x, {c: y}]}, r: '${a.b[1].c}', t: 'v=${a.b[0]}!'}", """{"a":{"b":["x",{"c":"y"}]},"r":"y","t":"v=x!"}""")]
    [InlineData("values: {b: '${a}', a: {x: '${c}'}, c: 7}", """{"a":{"x":7},"b":{"x":7},"c":7}""")]
    [InlineData(
        """values: {a.b: 1, r: '${["a.b"]}', s: '$${x}', t: '$${x} ${["a.b"]} $'}""",
        """{"a.b":1,"r":1,"s":"${x}","t":"${x} 1 $"}"""
    )]
    [InlineData(
        "values: {p: {fn::secret: pw}, u: 'x:${p}', l: ['${p}'], o: {q: '${p}', r: 1}}",
        """{"l":["secret:pw"],"o":{"q":"secret:pw","r":1},"p":"secret:pw","u":"secret:x:pw"}"""
    )]
    [InlineData("values: {p: {fn::secret: '${not.a.reference}'}}", """{"p":"secret:${not.a.reference}"}""")]
    [InlineData(
        "values: {o: {a: {fn::secret: s}, b: 2}, j: {fn::toJSON: '${o}'}, k: {fn::toJSON: {b: 1, a: [x]}}}",
        """{"j":"secret:{\"a\":\"s\",\"b\":2}","k":"{\"a\":[\"x\"],\"b\":1}","o":{"a":"secret:s","b":2}}"""
    )]
    [InlineData("""values: {j: {fn::fromJSON: '{"a":[1,"x"]}'}, r: '${j.a[1]}'}""", """{"j":{"a":[1,"x"]},"r":"x"}""")]
    [InlineData(
        """values: {j: {fn::fromJSON: {fn::secret: '{"a":1}'}}, r: '${j.a}'}""",
        """{"j":"secret:{\"a\":\"secret:1\"}","r":"secret:1"}"""
    )]
    [InlineData(
        "values: {a: {fn::toBase64: hö}, b: {fn::fromBase64: aMO2}, c: {fn::toString: 5}, d: {fn::toString: [a, 1]}, e: {fn::toString: {k: v}}}",
        """{"a":"aMO2","b":"hö","c":"5","d":"\"a\",\"1\"","e":"\"k\"=\"v\""}"""
    )]
    [InlineData(
        "values: {a: {fn::join: [',', [x, y]]}, b: {fn::split: [',', 'x,y']}, c: {fn::concat: [[1], [2, 3]]}}",
        """{"a":"x,y","b":["x","y"],"c":[1,2,3]}"""
    )]
    [InlineData("values: {a: {fn::toYAML: {b: [1, {c: d, e: 'yes'}], f: []}}}", """{"a":"b:\n  - 1\n  - c: d\n    e: \"yes\"\nf: []\n"}""")]
    [InlineData(
        "values: {a: {fn::validate: {schema: {type: object, required: [x], properties: {x: {type: integer, minimum: 1}}}, value: {x: 3}}}}",
        """{"a":{"x":3}}"""
    )]
    [InlineData(
        "values: {u: '${context.pulumi.user.login}', o: '${context.pulumi.organization.login}', n: '${context.rootEnvironment.name}'}",
        """{"n":"yaml","o":"ann","u":"ann"}"""
    )]
    [InlineData("values: {a: &x {k: v}, b: *x, c: [*x]}", """{"a":{"k":"v"},"b":{"k":"v"},"c":[{"k":"v"}]}""")]
    [InlineData("", "{}")]
    [InlineData("# nothing", "{}")]
    [InlineData("description: x\nimports:\nvalues:\n", "{}")]
    [InlineData("""{"values":{"json":[1,"is yaml"]}}""", """{"json":[1,"is yaml"]}""")]
    public async Task Values_are_worth(string yaml, string json)
    {
        await using var server = await TestServer.Start();
        using var ann = await server.ClientOf("ann");

        (await ann.Evaluate(yaml)).ShouldBe(json);
    }

    [Fact]
    public async Task Imports_are_merged_in_their_order_under_the_values()
    {
        await using var server = await TestServer.Start();
        using var ann = await server.ClientOf("ann");
        await ann.CreateEnvironment(
            "ann/base/one",
            "values: {a: 1, o: {x: 1, y: 1}, l: [1, 2], n: '${context.currentEnvironment.name}', r: '${context.rootEnvironment.name}'}"
        );
        await ann.CreateEnvironment("ann/base/two", "values: {b: 2, o: {y: 2, s: {fn::secret: pw}}, l: [3]}");
        await ann.CreateEnvironment("ann/default/plain", "values: {q: q}");

        (await ann.Evaluate("imports: [base/one, base/two]\nvalues: {o: {z: '${o.y}'}, c: '${a}', d: '${o.s}'}")).ShouldBe(
            """{"a":1,"b":2,"c":1,"d":"secret:pw","l":[3],"n":"base/one","o":{"s":"secret:pw","x":1,"y":2,"z":2},"r":"yaml"}"""
        );
        (
            await ann.Evaluate(
                "imports: [{base/two: {merge: false}}, plain]\nvalues: {v: '${imports[\"base/two\"].b}', w: '${environments.base.one.o.x}'}"
            )
        ).ShouldBe("""{"q":"q","v":2,"w":1}""");
        await ann.Define("ann/base/two", "values: {b: 3}");
        (await ann.Evaluate("imports: [base/two@2, base/two@latest]\nvalues: {old: '${imports[\"base/two@2\"].b}'}")).ShouldContain(
            "\"b\":3,\"l\":[3],\"o\""
        );
        await ann.Define("ann/base/one", "values: {a: {fn::final: 1}}");
        (await ann.Evaluate("imports: [base/one]\nvalues: {a: 2}")).ShouldBe("""{"a":1}""");
    }

    [Theory]
    [InlineData("values:\n  a: ${b}\n  b: ${a}", "2:6 cyclic reference")]
    [InlineData("values:\n  a: ${a}", "2:6 cyclic reference")]
    [InlineData("values:\n  a: ${nope.x}", "2:6 unknown property \"nope\"")]
    [InlineData("values:\n  o: {x: 1}\n  a: ${o.y.z}", "3:6 unknown property y of o")]
    [InlineData("values:\n  a: x ${b", "2:6 a reference begins with ${ and lacks its }; write $${ for the two characters")]
    [InlineData("imports: [no/such]", "1:11 environment \"no/such\" not found")]
    [InlineData("imports: [a/b/c]", "1:11 \"a/b/c\" is no name of an environment, which is project/name or project/name@version")]
    [InlineData(
        "values:\n  a:\n    fn::open::aws-login: {}",
        "3:5 fn::open::aws-login: this server has no providers; write the values into the environment, as secrets where they are"
    )]
    [InlineData(
        "values:\n  a:\n    fn::rotate::x: {}",
        "3:5 fn::rotate::x: this server rotates no secrets; change them with `pulumi env set --secret`"
    )]
    [InlineData("values:\n  a: {fn::fromJSON: '{'}", "2:21 fn::fromJSON takes JSON, and this is none")]
    [InlineData("values:\n  a: {fn::fromBase64: '?'}", "2:23 fn::fromBase64 takes base64, and this is none")]
    [InlineData("values:\n  a: {fn::join: x}", "2:17 fn::join takes a list of two: a delimiter and a list of strings")]
    [InlineData("values:\n  a: {fn::validate: {schema: {type: string}, value: 1}}", "2:21 fn::validate finds that value is no string")]
    [InlineData(
        "values:\n  a: {fn::secret: [x]}",
        "2:19 a secret is a string without anchors and aliases, or an object with its ciphertext"
    )]
    [InlineData(
        "values:\n  a: {fn::secret: {ciphertext: abcd}}",
        "2:19 this ciphertext was not encrypted for this environment, or has been changed since"
    )]
    [InlineData("values:\n  a: 1\n  a: 2", "3:3 duplicate key \"a\"")]
    [InlineData("values:\n  context: 1", "2:3 \"context\" is reserved and cannot be a value's name")]
    [InlineData("nope: 1", "1:1 unknown key \"nope\": a definition has description, imports and values")]
    [InlineData("- a", "1:1 a definition must be an object")]
    [InlineData("values: {a: *b}", "1:13 invalid YAML: there is no anchor 'b' before this")]
    [InlineData("values: &v {a: *v}", "1:16 invalid YAML: there is no anchor 'v' before this")]
    public async Task What_is_wrong_is_said_with_its_place(string yaml, string problem)
    {
        await using var server = await TestServer.Start();
        using var ann = await server.ClientOf("ann");

        (await ann.Problems(yaml)).ShouldBe(problem);
    }

    [Fact]
    public async Task Environments_that_import_each_other_are_told_so()
    {
        await using var server = await TestServer.Start();
        using var ann = await server.ClientOf("ann");
        await ann.CreateEnvironment("ann/p/a");
        await ann.CreateEnvironment("ann/p/b", "imports: [p/a]");

        var refused = await ann.PatchAsync(EnvironmentCalls.Base + "ann/p/a", new StringContent("imports: [p/b]"));

        (await refused.Content.ReadAsStringAsync()).ShouldContain("cyclic import of p/a");
        ((int)refused.StatusCode).ShouldBe(400);
    }
}
