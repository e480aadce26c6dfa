using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Server.Tests.Stacks;

namespace Server.Tests.Environments;

/// <summary>What tests ask about environments again and again.</summary>
internal static class EnvironmentCalls
{
    public const string Base = "/api/esc/environments/";

    /// <param name="environment"><c>org/project/name</c></param>
    public static async Task CreateEnvironment(this HttpClient client, string environment, string yaml = "")
    {
        var parts = environment.Split('/');
        var made = await client.Post(Base + parts[0], $$"""{"project":"{{parts[1]}}","name":"{{parts[2]}}"}""");
        made.StatusCode.ShouldBe(HttpStatusCode.OK, await made.Content.ReadAsStringAsync());
        if (yaml.Length > 0)
        {
            await client.Define(environment, yaml);
        }
    }

    public static async Task Define(this HttpClient client, string environment, string yaml)
    {
        var written = await client.Patch(Base + environment, yaml);
        written.StatusCode.ShouldBe(HttpStatusCode.OK, await written.Content.ReadAsStringAsync());
    }

    public static Task<HttpResponseMessage> PostYaml(this HttpClient client, string path, string yaml) =>
        client.PostAsync(Base + path, new StringContent(yaml, Encoding.UTF8, "application/json"));

    /// <summary>What an anonymous definition is worth, without its envelopes; secrets are written as <c>"secret:…"</c>.</summary>
    public static async Task<string> Evaluate(this HttpClient client, string yaml)
    {
        var opened = await client.PostYaml("ann/yaml/open?duration=1h0m0s", yaml);
        var answer = await opened.Content.ReadAsStringAsync();
        opened.StatusCode.ShouldBe(HttpStatusCode.OK, yaml + "\n" + answer);
        var read = await client.GetStringAsync($"{Base}ann/yaml/open/{JsonNode.Parse(answer)!["id"]}");
        return Plain(new JsonObject { ["value"] = JsonNode.Parse(read)!["properties"]!.DeepClone() })!.ToJsonString(Readable);
    }

    /// <summary>The diagnostics of a definition that cannot be opened, as <c>line:column summary</c>.</summary>
    public static async Task<string> Problems(this HttpClient client, string yaml)
    {
        var opened = await client.PostYaml("ann/yaml/open", yaml);
        opened.StatusCode.ShouldBe(HttpStatusCode.BadRequest, yaml);
        var answer = JsonNode.Parse(await opened.Content.ReadAsStringAsync())!;
        ((int)answer["code"]!).ShouldBe(400);
        return string.Join(
            '\n',
            answer["diagnostics"]!
                .AsArray()
                .Select(d => $"{d!["range"]!["begin"]!["line"]}:{d["range"]!["begin"]!["column"]} {d["summary"]}")
        );
    }

    private static readonly System.Text.Json.JsonSerializerOptions Readable = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static JsonNode? Plain(JsonNode envelope)
    {
        JsonNode? value = envelope["value"] switch
        {
            JsonObject all => new JsonObject(all.Select(p => KeyValuePair.Create(p.Key, Plain(p.Value!)))),
            JsonArray list => new JsonArray([.. list.Select(i => Plain(i!))]),
            var scalar => scalar?.DeepClone(),
        };
        return envelope["secret"] is null
            ? value
            : JsonValue.Create("secret:" + (value is JsonValue ? value.ToString() : value?.ToJsonString(Readable)));
    }
}
