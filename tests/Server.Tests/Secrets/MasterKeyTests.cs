using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Server.Secrets;
using Server.Settings;
using Server.Tests.Stacks;
using Support;

namespace Server.Tests.Secrets;

public sealed class MasterKeyTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("holdfast-keys-");

    private string KeyFile => Path.Combine(_folder.FullName, "master.key");

    [Fact]
    public async Task The_first_start_makes_a_key_that_only_its_owner_can_read_and_the_next_takes_it()
    {
        var secret = await StartAndEncrypt();

        File.GetUnixFileMode(KeyFile).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await using var server = await Start();
        (await Decrypt(server, secret)).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Without_its_key_the_server_does_not_start_and_says_what_to_do()
    {
        await StartAndEncrypt();
        var right = await File.ReadAllTextAsync(KeyFile);
        File.Delete(KeyFile);

        (await Refusal()).ShouldContain("master.key does not exist.\nPut your copy of the file of master keys there");
        File.Exists(KeyFile).ShouldBeFalse();

        await File.WriteAllTextAsync(KeyFile, MasterKey.New().Line());
        (await Refusal()).ShouldContain("does not hold that key, but ");

        var id = right.Split('\n').Last(l => l.Length > 0).Split(' ')[0];
        await File.WriteAllTextAsync(KeyFile, id + " " + MasterKey.New().Line().Split(' ')[1]);
        (await Refusal()).ShouldContain("holds another key of that name");

        await File.WriteAllTextAsync(KeyFile, "what is this");
        (await Refusal()).ShouldContain("is no file of master keys");

        await File.WriteAllTextAsync(KeyFile, right);
        await using var server = await Start();
    }

    [Fact]
    public async Task A_rotation_while_the_server_runs_leaves_every_secret_readable()
    {
        await using var server = await Start();
        using var ann = await server.ClientOf("ann");
        await ann.CreateStack("ann/web/dev");
        var before = await Encrypt(server, "dev");
        await ann.CreateStack("ann/web/next");

        var (key, rewrapped) = await Rotate(); // as another process, with what it reads from the folder
        rewrapped.ShouldBe(1);

        (await Decrypt(server, before)).ShouldBe(HttpStatusCode.OK);
        await Encrypt(server, "next"); // needs a new key, wrapped with the new master key
        (await Rotate()).Rewrapped.ShouldBe(2);
        (await File.ReadAllTextAsync(KeyFile)).ShouldContain(key.Line());
    }

    [Fact]
    public async Task After_a_rotation_the_old_key_is_not_needed_and_one_that_an_operator_added_is_taken()
    {
        var secret = await StartAndEncrypt();
        var own = MasterKey.New();
        await File.AppendAllTextAsync(KeyFile, own.Line() + "\n");

        (await Rotate()).Key.Id.ShouldBe(own.Id);

        await File.WriteAllTextAsync(KeyFile, own.Line() + "\n");
        await using var server = await Start();
        (await Decrypt(server, secret)).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Two_servers_on_one_database_need_the_same_key()
    {
        await using var first = await TestServer.Start(Engine.PostgreSql);

        var refused = await Should.ThrowAsync<SettingsException>(() =>
            TestServer.Start(change: s => s with { DatabaseUrl = first.Settings.DatabaseUrl })
        );
        await using var second = await TestServer.Start(change: s =>
            s with
            {
                DatabaseUrl = first.Settings.DatabaseUrl,
                MasterKeyFile = first.Settings.MasterKeyFile,
            }
        );

        refused.Message.ShouldContain("Several servers on one database need the same file.");
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private Task<TestServer> Start() => TestServer.Start(change: s => s with { DataFolder = _folder.FullName });

    private async Task<string> StartAndEncrypt()
    {
        await using var server = await Start();
        using var ann = await server.ClientOf("ann");
        await ann.CreateStack("ann/web/dev");
        return await Encrypt(server, "dev");
    }

    private async Task<string> Refusal() => (await Should.ThrowAsync<SettingsException>(Start)).Message;

    private async Task<(MasterKey Key, int Rewrapped)> Rotate()
    {
        var values = SettingValues.Gather(
            new Dictionary<string, string[]> { ["data"] = [_folder.FullName] },
            new Dictionary<string, string>()
        );
        await using var services = Server.Serve.StoreServices.Open(values);
        return await services.GetRequiredService<KeyRotation>().Run(CancellationToken.None);
    }

    private static async Task<string> Encrypt(TestServer server, string stack)
    {
        using var ann = await Ann(server);
        var answer = await ann.Post($"/api/stacks/ann/web/{stack}/encrypt", """{"plaintext":"AAAA"}""");
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return await answer.Content.ReadAsStringAsync();
    }

    private static async Task<HttpStatusCode> Decrypt(TestServer server, string encrypted)
    {
        using var ann = await Ann(server);
        return (await ann.Post("/api/stacks/ann/web/dev/decrypt", encrypted)).StatusCode;
    }

    private static async Task<HttpClient> Ann(TestServer server)
    {
        await using var scope = server.Services.CreateAsyncScope();
        var account = await scope
            .ServiceProvider.GetRequiredService<Server.Accounts.AccountStore>()
            .FindByLogin("ann", CancellationToken.None);
        return server.Client(await server.TokenOf(account!));
    }
}
