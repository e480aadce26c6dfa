using System.Net;
using System.Net.Http.Json;
using Server.Tests.Stacks;
using Support;
using Wire;

namespace Server.Tests.Secrets;

public class ProjectSecretTests
{
    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task A_project_has_a_key_of_its_own(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var ann = await server.ClientOf("ann");
        await ann.CreateStack("ann/web/dev");
        await ann.CreateStack("ann/api/dev");

        var answer = await ann.Post("/api/projects/ann/web/encrypt", """{"plaintext":"AQID"}""");
        var ciphertext = (await answer.Content.ReadFromJsonAsync(WireJson.Default.EncryptResponse))!.Ciphertext;
        var body = $$"""{"ciphertext":"{{Convert.ToBase64String(ciphertext)}}"}""";
        var batch = $$"""{"ciphertexts":["{{Convert.ToBase64String(ciphertext)}}"]}""";

        (await (await ann.Post("/api/projects/ann/web/decrypt", body)).Content.ReadAsStringAsync()).ShouldBe("""{"plaintext":"AQID"}""");
        (await (await ann.Post("/api/projects/ann/web/batch-decrypt", batch)).Content.ReadAsStringAsync()).ShouldEndWith(""":"AQID"}}""");
        foreach (var path in new[] { "projects/ann/api/decrypt", "stacks/ann/web/dev/decrypt" })
        {
            (await ann.Post("/api/" + path, body)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        }
        (await ann.Post("/api/projects/ann/api/batch-decrypt", batch)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await ann.Post("/api/projects/ann/none/encrypt", """{"plaintext":""}""")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }
}
