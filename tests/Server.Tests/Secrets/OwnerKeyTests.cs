using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Server.Data;
using Server.Secrets;
using Server.Settings;
using Support;

namespace Server.Tests.Secrets;

public class OwnerKeyTests
{
    private static readonly byte[] Plaintext = Encoding.UTF8.GetBytes("correct horse");

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.PostgreSql)]
    public async Task What_was_encrypted_opens_for_its_owner_and_purpose_alone(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        var keys = server.Services.GetRequiredService<OwnerKeys>();
        var sealedText = await keys.Encrypt("org-1", Plaintext, "webhook", default);
        await keys.Encrypt("org-2", Plaintext, "webhook", default);

        (await keys.Decrypt("org-1", sealedText, "webhook", default)).ShouldBe(Plaintext);
        (await keys.TryDecrypt("org-1", sealedText, "totp", default)).ShouldBeNull();
        (await keys.TryDecrypt("org-2", sealedText, "webhook", default)).ShouldBeNull();
        (await keys.TryDecrypt("org-3", sealedText, "webhook", default)).ShouldBeNull();
        sealedText[^1] ^= 1;
        (
            await Should.ThrowAsync<InvalidOperationException>(() => keys.Decrypt("org-1", sealedText, "webhook", default))
        ).Message.ShouldContain("'webhook' of org-1");
    }

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.PostgreSql)]
    public async Task Many_at_once_agree_on_one_key(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        var keys = server.Services.GetRequiredService<OwnerKeys>();

        var texts = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => keys.Encrypt("org", Plaintext, "p", default))));

        foreach (var text in texts)
        {
            (await keys.Decrypt("org", text, "p", default)).ShouldBe(Plaintext);
        }
        var database = server.Services.GetRequiredService<Database>();
        (await database.QueryOne<int>($"SELECT COUNT(*) FROM owner_keys", default)).ShouldBe(1);
    }

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.PostgreSql)]
    public async Task A_rotation_rewraps_them_and_what_was_encrypted_stays_readable_with_the_new_master_key_alone(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        var sealedText = await server.Services.GetRequiredService<OwnerKeys>().Encrypt("org", Plaintext, "p", default);

        var (key, rewrapped) = await server.Services.GetRequiredService<KeyRotation>().Run(default);

        rewrapped.ShouldBe(1);
        await File.WriteAllTextAsync(server.Settings.MasterKeyFile, key.Line() + "\n");
        await server.Restart();
        (await server.Services.GetRequiredService<OwnerKeys>().Decrypt("org", sealedText, "p", default)).ShouldBe(Plaintext);
    }

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.PostgreSql)]
    public async Task The_server_does_not_start_without_a_master_key_that_only_an_owners_key_needs(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        await server.Services.GetRequiredService<OwnerKeys>().Encrypt("org", Plaintext, "p", default);
        var needed = (await server.Services.GetRequiredService<OwnerKeyStore>().MasterKeyIds(default)).Single();
        var masters = server.Services.GetRequiredService<MasterKeys>();
        var next = await masters.AddNext(default); // in use from now on, but nothing has been rewrapped
        await File.WriteAllTextAsync(server.Settings.MasterKeyFile, next.Line() + "\n");

        (await Should.ThrowAsync<SettingsException>(server.Restart)).Message.ShouldContain($"master key {needed};");
    }
}
