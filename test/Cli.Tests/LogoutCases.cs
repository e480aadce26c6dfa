namespace Cli.Tests;

public sealed class LogoutCases
{
    private const string Saas = "https://api.pulumi.com";
    private const string A = "https://a.test";
    private const string B = "https://b.test";

    [Fact]
    public async Task Case_30_the_last_login_takes_the_file_with_it()
    {
        using var machine = new TestMachine();
        machine.StoreAccounts(Saas);
        (await machine.Run("logout")).ShouldBe(new Outcome(0, $"Logged out of {Saas}\n", ""));
        machine.Credentials.ShouldBeNull();
    }

    [Fact]
    public async Task Case_31_never_logged_in()
    {
        using var machine = new TestMachine();
        (await machine.Run("logout")).ShouldBe(new Outcome(0, $"Logged out of {Saas}\n", $"There was no login to {Saas}.\n"));
        Directory.Exists(machine.Home).ShouldBeFalse();
    }

    [Theory]
    [InlineData("32", B, B, A)]
    [InlineData("32, slash", B + "/", B, A)]
    [InlineData("33", "", A, null)]
    public async Task Cases_32_and_33_one_of_two(string number, string given, string gone, string? current)
    {
        using var machine = new TestMachine();
        machine.StoreAccounts(A, B);
        (await machine.Run(given.Length > 0 ? ["logout", given] : ["logout"])).ShouldBe(
            new Outcome(0, $"Logged out of {gone}\n", ""),
            number
        );
        machine.Credentials!.ShouldNotContain(gone);
        machine.Credentials!.Contains($"\"current\": \"{current}\"").ShouldBe(current is not null);
    }

    [Fact]
    public async Task Case_34_everything()
    {
        using var machine = new TestMachine();
        machine.StoreAccounts(A, B);
        await File.WriteAllTextAsync(machine.ConfigPath, $$"""{"backends":{"{{A}}":{"defaultOrg":"x"} } }""");
        (await machine.Run("logout", "--all")).ShouldBe(new Outcome(0, "Logged out of everything\n", ""));
        machine.Credentials.ShouldBeNull();
        machine.Config.ShouldBe("{}");
    }

    [Fact]
    public async Task Case_35_everything_of_nothing()
    {
        using var machine = new TestMachine();
        (await machine.Run("logout", "--all")).ShouldBe(new Outcome(0, "Logged out of everything\n", ""));
    }

    [Theory]
    [InlineData("36", "--all https://a", "only one of --all, --cloud-url or argument URL may be specified, not both")]
    [InlineData("36, flag", "--all -c https://a", "only one of --all, --cloud-url or argument URL may be specified, not both")]
    [InlineData("36, local", "--all --local", "only one of --all or --local may be specified, not both")]
    public async Task Case_36_contradictions(string number, string words, string message)
    {
        using var machine = new TestMachine();
        (await machine.Run(["logout", .. words.Split(' ')])).ShouldBe(new Outcome(1, "", $"error: {message}\n"), number);
    }

    [Fact]
    public async Task Case_37_a_store_that_is_gone()
    {
        using var machine = new TestMachine();
        var store = Directory.CreateDirectory(Path.Combine(machine.Work, "gone")).FullName;
        await machine.Run("login", $"file://{store}");
        Directory.Delete(store, recursive: true);
        (await machine.Run("logout")).ShouldBe(new Outcome(0, $"Logged out of file://{store}\n", ""));
    }

    [Fact]
    public async Task Cases_38_and_39_a_broken_file()
    {
        using var machine = new TestMachine();
        machine.Store("{oops");
        var outcome = await machine.Run("logout");
        outcome.ShouldBe(
            new Outcome(
                1,
                "",
                "error: could not determine current cloud: failed to read Pulumi credentials file. Please fix or delete invalid credentials file: "
                    + $"'{machine.CredentialsPath}': invalid character 'o' looking for beginning of object key string\n"
            )
        );
        (await machine.Run("logout", "--all")).ShouldBe(new Outcome(0, "Logged out of everything\n", ""));
        machine.Credentials.ShouldBeNull();
    }

    [Fact]
    public async Task Case_41_the_default_organization_goes_with_the_login()
    {
        using var machine = new TestMachine();
        machine.StoreAccounts(A);
        await File.WriteAllTextAsync(machine.ConfigPath, $$"""{"backends":{"{{A}}":{"defaultOrg":"x"},"{{B}}":{"defaultOrg":"y"} } }""");
        await machine.Run("logout");
        machine.Config!.ShouldNotContain(A);
        await machine.Run("logout", B);
        machine.Config.ShouldBeNull();
    }

    [Fact]
    public async Task Credentials_that_cannot_be_opened_are_given_up()
    {
        using var machine = new TestMachine();
        machine.Store("""{"$pulumiSecureStore":1,"backend":"tpm-file","algo":"aes-256-gcm","nonce":"AA==","data":"AA=="}""");
        (await machine.Run("whoami")).Error.ShouldContain("is encrypted by the 'tpm-file' store, which this program cannot open");
        (await machine.Run("logout")).Out.ShouldBe(
            "Removed stored credentials that could no longer be decrypted; logged out of everything\n"
        );
        machine.Credentials.ShouldBeNull();
    }

    [Fact]
    public async Task An_argument_beats_the_option_variable()
    {
        using var machine = new TestMachine { Variables = { ["PULUMI_OPTION_CLOUD_URL"] = B } };
        machine.StoreAccounts(A, B);
        (await machine.Run("logout", A)).Out.ShouldBe($"Logged out of {A}\n");
    }
}
