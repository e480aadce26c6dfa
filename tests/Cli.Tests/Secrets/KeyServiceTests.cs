using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Cli.Tests.Support;
using Cli.Tests.Support.Clouds;

namespace Cli.Tests.Secrets;

/// <summary>Secrets under a data key that a key service wraps, in the stock CLI's format.</summary>
public sealed class KeyServiceTests : IAsyncLifetime
{
    private const string Aws = "awskms://alias/pulumi?region=eu-west-1";
    private const string Arn = "awskms:///arn:aws:kms:eu-west-1:1:key/abc?context_team=web";
    private const string Azure = "azurekeyvault://my-vault.vault.azure.net/keys/pulumi";
    private const string Google = "gcpkms://projects/p/locations/global/keyRings/r/cryptoKeys/k";
    private const string Vault = "hashivault://pulumi";

    private static readonly byte[] DataKey = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];
    private readonly Workspace _work = new();
    private readonly KeyServer _server = new();

    public async ValueTask InitializeAsync()
    {
        await _server.Start();
        var hosts = new[]
        {
            "kms.eu-west-1.amazonaws.com",
            "my-vault.vault.azure.net",
            "cloudkms.googleapis.com",
            "login.microsoftonline.com",
        };
        foreach (var host in hosts)
        {
            _work.Machine.Hosts[host] = _server.Address;
        }
        var variables = new Dictionary<string, string>
        {
            ["AWS_ACCESS_KEY_ID"] = S3Server.KeyId,
            ["AWS_SECRET_ACCESS_KEY"] = S3Server.Secret,
            ["AZURE_TENANT_ID"] = "t",
            ["AZURE_CLIENT_ID"] = "c",
            ["AZURE_CLIENT_SECRET"] = "s",
            ["GOOGLE_OAUTH_ACCESS_TOKEN"] = KeyServer.Token,
            ["VAULT_ADDR"] = _server.Address.ToString(),
            ["VAULT_TOKEN"] = KeyServer.VaultToken,
        };
        foreach (var (name, value) in variables)
        {
            _work.Machine.Variables[name] = value;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _work.Dispose();
    }

    [Theory]
    [InlineData(Aws, "alias/pulumi")]
    [InlineData(Arn, """arn:aws:kms:eu-west-1:1:key/abc{"team":"web"}""")]
    [InlineData(Azure, "/keys/pulumi")]
    [InlineData(Google, "/v1/projects/p/locations/global/keyRings/r/cryptoKeys/k")]
    [InlineData(Vault, "pulumi")]
    public async Task What_the_stock_program_encrypted_is_read(string url, string key)
    {
        await _work.Do("stack", "init", "dev");
        _work.Machine.Write(
            _work.StackFile("dev"),
            $"secretsprovider: {url}\nencryptedkey: {Kept(url, key)}\nconfig:\n  web:password:\n    secure: {Encrypted("hunter2")}\n"
        );

        (await _work.Do("config", "get", "password", "-s", "dev")).ShouldBe("hunter2\n");
    }

    [Theory]
    [InlineData(Aws)]
    [InlineData(Arn)]
    [InlineData(Azure)]
    [InlineData(Google)]
    [InlineData(Vault)]
    [InlineData("hashivault://pulumi?engine=other")]
    public async Task A_stack_may_be_made_with_it_and_changed_to_and_from_it(string url)
    {
        await _work.Do("stack", "init", "dev", "--secrets-provider", url);
        var file = await File.ReadAllTextAsync(_work.StackFile("dev"), TestContext.Current.CancellationToken);
        file.ShouldStartWith($"secretsprovider: {url}\nencryptedkey: ");
        await _work.Do("config", "set", "--secret", "password", "hunter2");
        (await _work.Do("config", "get", "password")).ShouldBe("hunter2\n");

        _work.Machine.Input = "another\n";
        await _work.Do("stack", "change-secrets-provider", "passphrase");
        _work.Machine.Variables["PULUMI_CONFIG_PASSPHRASE"] = "another";
        (await _work.Do("config", "get", "password")).ShouldBe("hunter2\n");
        await _work.Do("stack", "change-secrets-provider", url);

        _work.Machine.Variables.Remove("PULUMI_CONFIG_PASSPHRASE");
        (await _work.Do("config", "get", "password")).ShouldBe("hunter2\n");
        (await File.ReadAllTextAsync(_work.StackFile("dev"), TestContext.Current.CancellationToken)).ShouldNotContain("encryptionsalt");
    }

    [Fact]
    public async Task A_file_that_only_names_the_key_gets_a_data_key()
    {
        await _work.Do("stack", "init", "dev");
        _work.Machine.Write(_work.StackFile("dev"), $"# ours\nsecretsprovider: {Vault} # by the team\n");

        await _work.Do("config", "set", "--secret", "password", "hunter2", "-s", "dev");

        var file = await File.ReadAllTextAsync(_work.StackFile("dev"), TestContext.Current.CancellationToken);
        file.ShouldStartWith($"# ours\nsecretsprovider: {Vault} # by the team\n");
        var kept = file.Split("encryptedkey: ")[1].Split('\n')[0];
        Encoding.ASCII.GetString(Convert.FromBase64String(kept)).ShouldStartWith("vault:v1:");
        (await _work.Do("config", "get", "password", "-s", "dev")).ShouldBe("hunter2\n");
    }

    [Fact]
    public async Task A_state_moves_with_its_secrets_to_another_store_and_another_key()
    {
        await _work.Do("stack", "init", "dev", "--secrets-provider", Aws);
        var kept = Kept(Aws, "alias/pulumi");
        var secret =
            $$"""{"4dabf18193072939515e22adb298388d":"1b47061264138c4ac30d75fd1eb44270","ciphertext":"{{Encrypted("\"hunter2\"")}}"}""";
        _work.Plant(
            "dev",
            $$"""{"manifest":{{Deployments.Manifest}},"secrets_providers":{"type":"cloud","state":{"url":"{{Aws}}","encryptedkey":"{{kept}}"} },"resources":[{{Deployments.Root(
                outputs: $$"""{"password":{{secret}}}"""
            )}}]}"""
        );
        (await _work.Do("stack", "output", "password", "--show-secrets")).ShouldBe("hunter2\n");
        await using var s3 = new S3Server();
        await s3.Start();
        var target = $"s3://states?endpoint={s3.Address}&s3ForcePathStyle=true";
        _work.Machine.Variables["PULUMI_BACKEND_URL"] = target;

        await _work.Do("stack", "migrate", _work.Url, "organization/web/dev", "--secrets-provider", Azure, "--yes");

        (await _work.Do("stack", "output", "password", "--show-secrets", "-s", "dev")).ShouldBe("hunter2\n");
        var arrived = JsonNode.Parse(s3.Blobs.Read(".pulumi/stacks/web/dev.json")!)!["checkpoint"]!["latest"]!["secrets_providers"]!;
        (arrived["type"]!.ToString(), arrived["state"]!["url"]!.ToString()).ShouldBe(("cloud", Azure));
        s3.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Another_address_may_stand_in_for_the_recorded_one()
    {
        await _work.Do("stack", "init", "dev");
        _work.Machine.Write(
            _work.StackFile("dev"),
            $"secretsprovider: hashivault://pulumi?engine=gone\nencryptedkey: {Kept(Vault, "pulumi")}\nconfig:\n  web:password:\n    secure: {Encrypted("hunter2")}\n"
        );
        (await _work.Run("config", "get", "password", "-s", "dev")).Error.ShouldBe(
            $"error: the data key could not be decrypted with 'hashivault://pulumi': Vault at {_server.Address.ToString().TrimEnd('/')} answers 403: permission denied; "
                + "check VAULT_ADDR, VAULT_TOKEN, and that the token may update gone/decrypt/pulumi\n"
        );

        _work.Machine.Variables["PULUMI_CLOUD_SECRET_OVERRIDE"] = Vault;

        (await _work.Do("config", "get", "password", "-s", "dev")).ShouldBe("hunter2\n");
    }

    [Fact]
    public async Task Aws_may_ask_for_patience()
    {
        _server.Throttles = 2;

        await _work.Do("stack", "init", "dev", "--secrets-provider", Aws);

        _work.Machine.Waits.ShouldBe([TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2)]);
    }

    [Theory]
    [InlineData("awskms://alias/pulumi", "no AWS region is known; add ?region=eu-west-1 (or yours) to the address, or set AWS_REGION")]
    [InlineData(
        "awskms://alias/pulumi?regoin=x",
        "unknown query parameter \"regoin\" (supported: region, endpoint, profile, awssdk, disableSSL)"
    )]
    [InlineData(
        "azurekeyvault://my-vault/pulumi",
        "'azurekeyvault://my-vault/pulumi' names no key; it should look like azurekeyvault://my-vault.vault.azure.net/keys/my-key"
    )]
    [InlineData(
        "gcpkms://projects/p/keys/k",
        "'gcpkms://projects/p/keys/k' names no key; it should look like gcpkms://projects/p/locations/global/keyRings/r/cryptoKeys/k"
    )]
    public async Task What_is_no_key_is_refused_with_what_would_be_one(string url, string message)
    {
        (await _work.Run("stack", "init", "dev", "--secrets-provider", url)).ShouldBe(
            new(1, "", $"error: could not create secrets manager for new stack: {message}\n")
        );
        (await _work.Do("stack", "ls")).ShouldNotContain("dev");
    }

    [Fact]
    public async Task A_service_that_refuses_says_why_and_what_to_check()
    {
        _work.Machine.Variables["AWS_SECRET_ACCESS_KEY"] = "wrong";
        (await _work.Run("stack", "init", "dev", "--secrets-provider", Aws)).Error.ShouldBe(
            "error: could not create secrets manager for new stack: the data key could not be encrypted with 'awskms://alias/pulumi': AWS KMS in eu-west-1 answers InvalidSignatureException 400: "
                + "The signature does not match.; check the key, the region, and that the caller may use kms:Encrypt\n"
        );
        _work.Machine.Variables["GOOGLE_OAUTH_ACCESS_TOKEN"] = "wrong";
        (await _work.Run("stack", "init", "dev", "--secrets-provider", Google)).Error.ShouldEndWith(
            "Google Cloud KMS answers 403: Permission denied; check the key, and that the caller has the role Cloud KMS CryptoKey Encrypter/Decrypter on it\n"
        );
        (await _work.Run("stack", "init", "dev", "--secrets-provider", Azure + "?algorithm=RSA1_5")).Error.ShouldEndWith(
            "the vault answers 403: Caller is not authorized; check the key, and that the caller may use its operation encrypt\n"
        );
        _work.Machine.Variables.Remove("VAULT_ADDR");
        (await _work.Run("stack", "init", "dev", "--secrets-provider", Vault)).Error.ShouldStartWith(
            "error: could not create secrets manager for new stack: where is the Vault that keeps 'pulumi'? Set VAULT_ADDR"
        );
    }

    /// <summary>The data key of these tests as the stock CLI keeps it.</summary>
    private static string Kept(string url, string key)
    {
        var wrapped = KeyServer.Wrapped(key, DataKey);
        return Convert.ToBase64String(
            url.Split(':')[0] switch
            {
                "azurekeyvault" => Encoding.ASCII.GetBytes(Base64Url.EncodeToString(wrapped)),
                "hashivault" => Encoding.ASCII.GetBytes("vault:v1:" + Convert.ToBase64String(wrapped)),
                _ => wrapped,
            }
        );
    }

    private static string Encrypted(string text)
    {
        var (nonce, plain) = (Encoding.ASCII.GetBytes("twelve bytes"), Encoding.UTF8.GetBytes(text));
        var (cipher, tag) = (new byte[plain.Length], new byte[16]);
        using var gcm = new AesGcm(DataKey, 16);
        gcm.Encrypt(nonce, plain, cipher, tag);
        return $"v1:{Convert.ToBase64String(nonce)}:{Convert.ToBase64String([.. cipher, .. tag])}";
    }
}
