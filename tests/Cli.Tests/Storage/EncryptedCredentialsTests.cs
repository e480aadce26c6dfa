using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Cli.Storage;
using Cli.Tests.Support;

namespace Cli.Tests.Storage;

/// <summary>What happens to the file. That a real Secret Service keeps the key is shown with the published program.</summary>
public sealed class EncryptedCredentialsTests : IAsyncLifetime
{
    private readonly TestMachine _machine = new();
    private readonly Keys _keys = new();
    private FakeCloud _cloud = null!;

    public async ValueTask InitializeAsync()
    {
        _cloud = await FakeCloud.Start();
        _machine.Variables["PULUMI_ACCESS_TOKEN"] = "good";
    }

    public async ValueTask DisposeAsync()
    {
        await _cloud.DisposeAsync();
        _machine.Dispose();
    }

    [Fact]
    public async Task Where_there_is_a_key_store_credentials_are_encrypted_without_being_asked_for()
    {
        _machine.OsKeys = _keys;

        (await _machine.Run("login", _cloud.Url)).Exit.ShouldBe(0);

        var envelope = _machine.Credentials;
        envelope.Select(m => m.Key).ShouldBe(["$pulumiSecureStore", "backend", "algo", "nonce", "data"]);
        (envelope["$pulumiSecureStore"]!.GetValue<int>(), envelope["backend"]!.GetValue<string>()).ShouldBe((1, "linux-secretservice"));
        Open(envelope, _keys.Key!)["current"]!.GetValue<string>().ShouldBe(_cloud.Url);
        File.GetUnixFileMode(_machine.CredentialsFile).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await IsLoggedIn();
    }

    [Fact]
    public async Task What_the_stock_CLI_encrypted_is_read_and_stays_encrypted_for_it()
    {
        _machine.OsKeys = _keys;
        _keys.Key = RandomNumberGenerator.GetBytes(32);
        _machine.Store(_cloud.Url);
        _machine.Write(_machine.CredentialsFile, Seal(_machine.CredentialsText, _keys.Key, "linux-secretservice"));
        await IsLoggedIn();

        (await _machine.Run("logout", "https://elsewhere.test")).Exit.ShouldBe(0);
        (await _machine.Run("login", _cloud.Url)).Exit.ShouldBe(0);

        Open(_machine.Credentials, _keys.Key)["accounts"]![_cloud.Url].ShouldNotBeNull();
    }

    [Fact]
    public async Task Plain_credentials_become_encrypted_by_the_next_change_which_says_so()
    {
        _machine.Store(_cloud.Url, "https://other.test");
        _machine.OsKeys = _keys;

        (await _machine.Run("logout", "https://other.test")).Error.ShouldBe("Stored Pulumi credentials are now encrypted\n");

        Open(_machine.Credentials, _keys.Key!)["accounts"]!.AsObject().Select(a => a.Key).ShouldBe([_cloud.Url]);
    }

    [Fact]
    public async Task Who_wants_plain_text_gets_it_back()
    {
        _machine.OsKeys = _keys;
        await _machine.Run("login", _cloud.Url);
        _machine.Variables["PULUMI_CREDENTIAL_STORE"] = "plaintext";

        (await _machine.Run("login", _cloud.Url)).Exit.ShouldBe(0);

        _machine.Credentials["current"]!.GetValue<string>().ShouldBe(_cloud.Url);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("auto")]
    [InlineData("os")]
    public async Task A_store_that_does_not_answer_leaves_encrypted_credentials_alone(string? wish)
    {
        _machine.OsKeys = _keys;
        await _machine.Run("login", _cloud.Url);
        var before = _machine.CredentialsText;
        _keys.Fault = new("it is locked");
        _machine.Variables["PULUMI_CREDENTIAL_STORE"] = wish ?? "";
        _machine.Variables.Remove("PULUMI_ACCESS_TOKEN");

        foreach (var words in new[] { new[] { "whoami" }, ["login", _cloud.Url], ["logout", _cloud.Url] })
        {
            var result = await _machine.Run(words);
            result.Exit.ShouldBe(1);
            result.Error.ShouldContain("it is locked");
            result.Error.ShouldContain("Unlock it");
        }

        _machine.CredentialsText.ShouldBe(before);
        (await _machine.Run("logout", "--all")).Exit.ShouldBe(0);
        File.Exists(_machine.CredentialsFile).ShouldBeFalse();
    }

    [Theory]
    [InlineData(null, "it is locked", false, "warning: storing Pulumi credentials in plaintext: it is locked\n")]
    [InlineData(null, "nothing runs", true, "")]
    [InlineData("auto", "nothing runs", true, "warning: storing Pulumi credentials in plaintext: nothing runs\n")]
    public async Task New_credentials_stay_plain_where_no_store_can_keep_a_key_and_only_what_is_normal_is_not_said(
        string? wish,
        string fault,
        bool absent,
        string said
    )
    {
        _machine.OsKeys = _keys;
        _keys.Fault = new(fault) { IsAbsent = absent };
        _machine.Variables["PULUMI_CREDENTIAL_STORE"] = wish ?? "";

        var result = await _machine.Run("login", _cloud.Url);

        result.Exit.ShouldBe(0);
        result.Error.Replace("Logging in using access token from PULUMI_ACCESS_TOKEN\n", "").ShouldBe(said);
        _machine.Credentials["current"]!.GetValue<string>().ShouldBe(_cloud.Url);
    }

    [Fact]
    public async Task Who_wants_the_OS_to_keep_the_key_gets_that_or_nothing()
    {
        _machine.OsKeys = _keys;
        _keys.Fault = new("nothing runs") { IsAbsent = true };
        _machine.Variables["PULUMI_CREDENTIAL_STORE"] = "os";

        (await _machine.Run("login", _cloud.Url)).Error.ShouldContain("PULUMI_CREDENTIAL_STORE=os but no usable OS credential protection");

        File.Exists(_machine.CredentialsFile).ShouldBeFalse();
    }

    [Fact]
    public async Task A_key_that_is_gone_or_another_one_offers_to_start_anew()
    {
        _machine.OsKeys = _keys;
        await _machine.Run("login", _cloud.Url);
        _keys.Key = RandomNumberGenerator.GetBytes(32);
        (await _machine.Run("whoami")).Error.ShouldContain("was encrypted with another key than the OS credential store has");
        _keys.Key = null;
        (await _machine.Run("whoami")).Error.ShouldContain("is encrypted with a key that the OS credential store does not have any more");

        var result = await _machine.Run("login", _cloud.Url);

        result.Error.ShouldContain("warning: existing stored credentials can no longer be decrypted");
        await IsLoggedIn();
    }

    [Fact]
    public async Task A_key_file_is_owner_only_and_pinned_by_what_it_encrypted()
    {
        _machine.Variables["PULUMI_CREDENTIAL_STORE"] = "key-file";
        await _machine.Run("login", _cloud.Url);
        _machine.Variables.Remove("PULUMI_CREDENTIAL_STORE");
        _machine.OsKeys = _keys;

        await _machine.Run("login", _cloud.Url);

        _machine.Credentials["backend"]!.GetValue<string>().ShouldBe("holdfast-key-file");
        var key = Path.Combine(_machine.Home, "credentials-key");
        File.GetUnixFileMode(key).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        (await File.ReadAllTextAsync(key)).ShouldStartWith("pulumi-securestore-v1:raw:");
        await IsLoggedIn();
        await _machine.Run("logout", "--all");
        File.Exists(key).ShouldBeFalse();
    }

    [Fact]
    public async Task Encryption_that_is_required_takes_the_key_file_where_there_is_no_store_and_nothing_if_the_store_is_broken()
    {
        (await _machine.Run("login", _cloud.Url, "--require-encryption")).Exit.ShouldBe(0);
        _machine.Credentials["backend"]!.GetValue<string>().ShouldBe("holdfast-key-file");
        await _machine.Run("logout", "--all");

        _machine.OsKeys = _keys;
        _keys.Fault = new("it is locked");
        var result = await _machine.Run("login", _cloud.Url, "--require-encryption");

        (result.Exit, File.Exists(_machine.CredentialsFile)).ShouldBe((1, false));
        result.Error.ShouldContain("nothing was stored: the credentials must be encrypted");

        _machine.Variables["PULUMI_CREDENTIAL_STORE"] = "plaintext";
        (await _machine.Run("login", _cloud.Url, "--require-encryption")).Error.ShouldContain("contradict each other");
    }

    [Fact]
    public async Task Damage_is_noticed()
    {
        _machine.OsKeys = _keys;
        await _machine.Run("login", _cloud.Url);
        var envelope = _machine.Credentials;
        var data = Convert.FromBase64String(envelope["data"]!.GetValue<string>());
        data[3] ^= 1;
        envelope["data"] = Convert.ToBase64String(data);
        _machine.Write(_machine.CredentialsFile, envelope.ToJsonString());

        (await _machine.Run("whoami")).Error.ShouldContain("or has been changed");
    }

    [Fact]
    public async Task Plain_credentials_of_one_who_wants_encryption_are_pointed_out_once()
    {
        _machine.Store(_cloud.Url);
        _machine.Variables["PULUMI_CREDENTIAL_STORE"] = "auto";
        _machine.Variables.Remove("PULUMI_ACCESS_TOKEN");

        (await _machine.Run("whoami")).Error.ShouldBe(
            "warning: credentials are stored in plaintext; the next `pulumi login` or credential update will encrypt them\n"
        );
    }

    private async Task IsLoggedIn()
    {
        _machine.Variables.Remove("PULUMI_ACCESS_TOKEN");
        (await _machine.Run("whoami")).ShouldBe(new(0, "alice\n", ""));
    }

    // What the stock CLI does, written down a second time on purpose.
    private static string Seal(string text, byte[] key, string backend)
    {
        var (plain, nonce) = (Encoding.UTF8.GetBytes(text), RandomNumberGenerator.GetBytes(12));
        var data = new byte[plain.Length + 16];
        using var aes = new AesGcm(key, 16);
        aes.Encrypt(
            nonce,
            plain,
            data.AsSpan(0, plain.Length),
            data.AsSpan(plain.Length),
            Encoding.UTF8.GetBytes($"1|{backend}|aes-256-gcm")
        );
        return $$"""{"$pulumiSecureStore":1,"backend":"{{backend}}","algo":"aes-256-gcm","nonce":"{{Convert.ToBase64String(
            nonce
        )}}","data":"{{Convert.ToBase64String(data)}}"}""";
    }

    private static JsonObject Open(JsonObject envelope, byte[] key)
    {
        var data = Convert.FromBase64String(envelope["data"]!.GetValue<string>());
        var plain = new byte[data.Length - 16];
        using var aes = new AesGcm(key, 16);
        aes.Decrypt(
            Convert.FromBase64String(envelope["nonce"]!.GetValue<string>()),
            data.AsSpan(0, plain.Length),
            data.AsSpan(plain.Length),
            plain,
            Encoding.UTF8.GetBytes($"1|{envelope["backend"]!.GetValue<string>()}|{envelope["algo"]!.GetValue<string>()}")
        );
        return JsonNode.Parse(plain)!.AsObject();
    }

    /// <summary>A store of the operating system that does what a test says.</summary>
    private sealed class Keys : IKeyStore
    {
        public byte[]? Key { get; set; }
        public KeyStoreException? Fault { get; set; }
        public string Backend => "linux-secretservice";

        public byte[]? Find() => Fault is null ? Key : throw Fault;

        public byte[] FindOrMake() => Fault is null ? Key ??= RandomNumberGenerator.GetBytes(32) : throw Fault;
    }
}
