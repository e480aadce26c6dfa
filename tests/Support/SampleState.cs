using System.Text.Json.Nodes;

namespace Support;

/// <summary>The state of a stack as a small web shop would have it, and that of one whose program means harm.</summary>
public static class SampleState
{
    public const string Hostile = "</code><script>alert('x')</script>\u202e\"'&lt;";
    private const string Signature = "4dabf18193072939515e22adb298388d";

    /// <param name="stack"><c>org/project/stack</c></param>
    /// <param name="ciphertext">Of the output <c>password</c>, encrypted for that stack; JSON.</param>
    /// <param name="upstream">A stack that this one takes outputs from.</param>
    public static string Shop(string stack, string? ciphertext = null, string? upstream = null)
    {
        var urns = new Urns(stack);
        var outputs = new JsonObject
        {
            ["url"] = "https://shop.example.com",
            ["network"] = new JsonObject
            {
                ["id"] = "vpc-0a1b2c",
                ["zones"] = new JsonArray("a", "b", "c"),
                ["nat"] = false,
            },
            ["readme"] = Readme,
        };
        if (ciphertext is not null)
        {
            outputs["password"] = new JsonObject { [Signature] = "1b47061264138c4ac30d75fd1eb44270", ["ciphertext"] = ciphertext };
        }
        var root = urns.Resource("pulumi:pulumi:Stack", stack.Split('/')[1] + "-" + stack.Split('/')[2], custom: false);
        root["outputs"] = outputs;
        var provider = urns.Resource("pulumi:providers:aws", "default_6_0_0");
        var network = urns.Resource("aws:ec2/vpc:Vpc", "main", provider: provider);
        var bucket = urns.Resource("aws:s3/bucket:Bucket", "assets", parent: root, provider: provider);
        bucket["protect"] = true;
        bucket["created"] = "2026-10-01T08:00:00Z";
        bucket["modified"] = "2026-11-01T08:00:00Z";
        bucket["inputs"]!["tags"] = new JsonObject { ["team a"] = "ops", ["cost"] = "42" };
        List<JsonObject> all = [root, provider, network, bucket];
        for (var i = 0; i < 6; i++)
        {
            all.Add(urns.Resource("aws:ec2/subnet:Subnet", "subnet-" + i, network, provider, network));
        }
        for (var i = 0; i < 4; i++)
        {
            all.Add(urns.Resource("aws:ec2/instance:Instance", "web-" + i, root, provider, all[4 + i], bucket));
        }
        if (upstream is not null)
        {
            var reference = urns.Resource("pulumi:pulumi:StackReference", upstream, root);
            reference["id"] = upstream;
            reference["external"] = true;
            all.Add(reference);
        }
        return Text(all);
    }

    /// <summary>Markup and right-to-left text in every name, and texts of a megabyte.</summary>
    public static string Wild(string stack)
    {
        var urns = new Urns(stack);
        var root = urns.Resource("pulumi:pulumi:Stack", "root", custom: false);
        root["outputs"] = new JsonObject
        {
            [Hostile] = Hostile,
            ["long"] = new string('x', 1024 * 1024),
            ["readme"] =
                $"# {Hostile}\n\n[click](javascript:alert(1)) <img src=x onerror=alert(2)> ![picture](https://example.com/a.png) ${{outputs.long}}",
            ["deep"] = Deep(60),
            ["wide"] = new JsonArray([.. Enumerable.Range(0, 5000).Select(i => JsonValue.Create(i))]),
        };
        var evil = urns.Resource("web:index:" + Hostile.Replace(":", "", StringComparison.Ordinal), Hostile, root);
        evil["id"] = Hostile + new string('i', 3000);
        evil["inputs"] = new JsonObject { [Hostile] = "مرحبا بالعالم", ["half"] = "x" };
        return Text([root, evil, urns.Resource("web:index:Thing", new string('n', 2000), root)]);
    }

    /// <summary>As many resources as asked for, in threes that depend on each other.</summary>
    public static string Large(string stack, int count)
    {
        var urns = new Urns(stack);
        List<JsonObject> all = [urns.Resource("pulumi:pulumi:Stack", "root", custom: false)];
        while (all.Count < count)
        {
            var group = urns.Resource("aws:ec2/securityGroup:SecurityGroup", "group-" + all.Count, all[0]);
            var table = urns.Resource("aws:dynamodb/table:Table", "table-" + all.Count, all[0], null, group);
            all.AddRange([group, table, urns.Resource("aws:lambda/function:Function", "function-" + all.Count, table, null, group, table)]);
        }
        return Text(all.Take(count));
    }

    private const string Readme = """
        # The shop

        It answers at ${outputs.url}, in the zones ${outputs.network.zones}. The password is ${outputs.password}.

        | what | where |
        | --- | --- |
        | pictures | `s3://assets` |

        ```sh
        pulumi up
        ```

        [Pulumi's documents](https://www.pulumi.com/docs/)
        """;

    private static JsonObject Deep(int levels) =>
        levels == 0 ? new JsonObject { ["end"] = 1 } : new JsonObject { ["d"] = Deep(levels - 1) };

    private static string Text(IEnumerable<JsonObject> resources)
    {
        var deployment = Stock.Deployment(resources);
        deployment["secrets_providers"] = new JsonObject { ["type"] = "service", ["state"] = new JsonObject() };
        return Stock.Untyped(deployment);
    }

    private sealed class Urns(string stack)
    {
        private readonly string _start = $"urn:pulumi:{stack.Split('/')[2]}::{stack.Split('/')[1]}::";

        public JsonObject Resource(
            string type,
            string name,
            JsonObject? parent = null,
            JsonObject? provider = null,
            params JsonObject[] dependencies
        )
        {
            var resource = Stock.Resource(name, type);
            resource["urn"] = $"{_start}{type}::{name}";
            resource["parent"] = parent?["urn"]!.DeepClone();
            if (provider is not null)
            {
                resource["provider"] = $"{provider["urn"]}::{provider["id"]}";
            }
            if (dependencies.Length > 0)
            {
                resource["dependencies"] = new JsonArray([.. dependencies.Select(d => d["urn"]!.DeepClone())]);
            }
            return resource;
        }

        public JsonObject Resource(string type, string name, bool custom)
        {
            var resource = Resource(type, name);
            resource["custom"] = custom;
            resource.Remove("id");
            return resource;
        }
    }
}
