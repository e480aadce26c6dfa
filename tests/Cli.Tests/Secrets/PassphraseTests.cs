using System.Text.Json.Nodes;
using Cli.Secrets;
using Cli.Tests.Support;

namespace Cli.Tests.Secrets;

/// <summary>Passphrase secrets. The fixed texts were made with another implementation of the same published algorithms.</summary>
public sealed class PassphraseTests : IDisposable
{
    public const string Salt = "v1:AAECAwQFBgc=:v1:AAECAwQFBgcICQoL:Lsv0Mq4P43OA9/CWlvPiZJXoK3BhFA==";

    /// <summary>Of the JSON text <c>"hunter2"</c>.</summary>
    public const string Hunter2 = "v1:DA0ODxAREhMUFRYX:zPZvd8at6aTCv6CJv8+LyXEGB5J/ju3xKw==";

    private readonly Workspace _work = new();

    public void Dispose() => _work.Dispose();

    [Fact]
    public void Texts_of_another_implementation_are_opened()
    {
        var key = PassphraseSecrets.TryUnlock(Salt, Workspace.Passphrase).ShouldNotBeNull();

        key.Decrypt(Hunter2).ShouldBe("\"hunter2\"");
        key.Decrypt("v1:GBkaGxwdHh8gISIj:msvOVohw6PeSJ7+jzwPGKcVp1e+FNFk=").ShouldBe("hunter2");
        PassphraseSecrets.TryUnlock(Salt, "wrong horse").ShouldBeNull();
    }

    [Fact]
    public void A_changed_text_is_noticed()
    {
        var key = PassphraseSecrets.TryUnlock(Salt, Workspace.Passphrase)!;

        key.Decrypt(Hunter2.Replace("zPZv", "zPZw", StringComparison.Ordinal)).ShouldBeNull();
        Should.Throw<FormatException>(() => key.Decrypt("v2:AA==:AA=="));
    }

    [Theory]
    [InlineData("")]
    [InlineData("plain")]
    [InlineData("Grüße, 世界 😀")]
    public async Task What_is_encrypted_comes_back(string text)
    {
        var secrets = PassphraseSecrets.New("");

        var ciphertext = (await secrets.Encrypt([text], CancellationToken.None)).ShouldHaveSingleItem();

        PassphraseSecrets.TryUnlock(secrets.Salt, "")!.Decrypt(ciphertext).ShouldBe(text);
    }

    [Fact]
    public async Task Outputs_of_a_stack_that_the_stock_program_made_are_shown()
    {
        Plant();

        (await _work.Do("stack", "output", "-s", "dev", "password", "--show-secrets")).ShouldBe("hunter2\n");
    }

    [Fact]
    public async Task Without_showing_secrets_no_passphrase_is_needed()
    {
        Plant();
        _work.Machine.Variables.Remove("PULUMI_CONFIG_PASSPHRASE");

        (await _work.Do("stack", "output", "-s", "dev")).ShouldBe(
            """
            Current stack outputs (2):
                OUTPUT    VALUE
                nested    {"list":[1,"[secret]"]}
                password  [secret]

            """
        );
        (await _work.Run("stack", "output", "-s", "dev", "--show-secrets")).ShouldBe(
            new(
                1,
                "",
                "error: passphrase must be set with PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE environment variables\n"
            )
        );
    }

    [Fact]
    public async Task A_wrong_passphrase_from_a_variable_is_an_error_and_from_a_person_a_new_question()
    {
        Plant();
        _work.Machine.Variables["PULUMI_CONFIG_PASSPHRASE"] = "wrong";
        (await _work.Run("stack", "output", "-s", "dev", "--show-secrets")).ShouldBe(new(1, "", "error: incorrect passphrase\n"));

        _work.Machine.Variables.Remove("PULUMI_CONFIG_PASSPHRASE");
        _work.Machine.Interactive = true;
        _work.Machine.Typed.Enqueue("wrong");
        _work.Machine.Typed.Enqueue(Workspace.Passphrase);
        const string Prompt =
            "Enter your passphrase to unlock config/secrets for stack dev\n    (set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE to remember): \n";
        (await _work.Run("stack", "output", "-s", "dev", "password", "--show-secrets")).ShouldBe(
            new(0, $"{Prompt}{Prompt}hunter2\n", "error: incorrect passphrase\n")
        );
    }

    [Fact]
    public async Task The_passphrase_may_be_in_a_file()
    {
        Plant();
        _work.Machine.Variables.Remove("PULUMI_CONFIG_PASSPHRASE");
        _work.Machine.Variables["PULUMI_CONFIG_PASSPHRASE_FILE"] = "pass.txt";
        _work.Machine.Write(Path.Combine(_work.Machine.Work, "pass.txt"), $"  {Workspace.Passphrase}\n");

        (await _work.Do("stack", "output", "-s", "dev", "password", "--show-secrets")).ShouldBe("hunter2\n");
    }

    [Fact]
    public async Task A_new_passphrase_from_standard_input_covers_configuration_and_state()
    {
        Plant();
        const string Config =
            "# mine\nencryptionsalt: " + Salt + "\nconfig:\n  web:size: \"3\" # large\n  web:password:\n    secure: " + Hunter2 + "\n";
        _work.Machine.Write(_work.StackFile("dev"), Config);
        _work.Machine.Input = "staple 81 battery\n";

        (await _work.Do("stack", "change-secrets-provider", "passphrase", "-s", "dev")).ShouldBe(
            "Migrating old configuration and state to new secrets provider\n"
        );

        var after = File.ReadAllText(_work.StackFile("dev"));
        after.ShouldStartWith("# mine\nencryptionsalt: v1:");
        after.ShouldContain("config:\n  web:size: \"3\" # large\n  web:password:\n    secure: v1:");
        after.ShouldNotContain(Hunter2);
        _work.Machine.Variables["PULUMI_CONFIG_PASSPHRASE"] = "staple 81 battery";
        (await _work.Do("stack", "output", "-s", "dev", "password", "--show-secrets")).ShouldBe("hunter2\n");
        var secure = after.Split("secure: ")[1].Trim();
        var salt = after.Split("encryptionsalt: ")[1].Split('\n')[0];
        PassphraseSecrets.TryUnlock(salt, "staple 81 battery")!.Decrypt(secure).ShouldBe("\"hunter2\"");
        _work.State("dev")["secrets_providers"]!["state"]!["salt"]!.GetValue<string>().ShouldBe(salt);
    }

    [Fact]
    public async Task A_stack_is_never_locked_with_a_passphrase_that_nobody_gave()
    {
        Plant();
        _work.Machine.Write(_work.StackFile("dev"), $"encryptionsalt: {Salt}\n");

        (await _work.Run("stack", "change-secrets-provider", "passphrase", "-s", "dev")).ShouldBe(
            new(1, "", "error: the new passphrase is read from standard input, and there is none\n")
        );
        File.ReadAllText(_work.StackFile("dev")).ShouldBe($"encryptionsalt: {Salt}\n");
    }

    [Fact]
    public async Task Plaintext_secrets_of_an_export_are_encrypted_again_when_imported()
    {
        Plant();
        var shown = await _work.Do("stack", "export", "-s", "dev", "--show-secrets");
        shown.ShouldContain("\"plaintext\": \"\\\"hunter2\\\"\"");
        shown.ShouldNotContain("ciphertext");
        _work.Machine.Input = shown;

        (await _work.Do("stack", "import", "-s", "dev")).ShouldBe("Import complete.\n");

        var secret = _work.State("dev")["resources"]![0]!["outputs"]!["password"]!.AsObject();
        secret.Select(member => member.Key).ShouldBe(["4dabf18193072939515e22adb298388d", "ciphertext"]);
        PassphraseSecrets.TryUnlock(Salt, Workspace.Passphrase)!.Decrypt(secret["ciphertext"]!.GetValue<string>()).ShouldBe("\"hunter2\"");
    }

    private void Plant()
    {
        var secret = new JsonObject { ["4dabf18193072939515e22adb298388d"] = "1b47061264138c4ac30d75fd1eb44270", ["ciphertext"] = Hunter2 };
        var outputs = new JsonObject
        {
            ["password"] = secret,
            ["nested"] = new JsonObject { ["list"] = new JsonArray(1, secret.DeepClone()) },
        };
        _work.Plant(
            "dev",
            $$"""{"manifest":{{Deployments.Manifest}},"secrets_providers":{"type":"passphrase","state":{"salt":"{{Salt}}"} },"resources":[{{Deployments.Root(outputs: outputs.ToJsonString())}}],"metadata":{ } }"""
        );
    }
}
