namespace Cli.Tests;

public sealed class CredentialsFile
{
    [Fact]
    public async Task What_other_programs_wrote_stays()
    {
        await using var cloud = await FakeCloud.Start();
        using var machine = new TestMachine { Variables = { [TestMachine.Token] = "good" } };
        machine.Store(
            $$"""
            {"future":{"a":1.50},"accounts":{"{{cloud.Url}}":{"accessToken":"old","theirs":"<kept>"},"https://other":{"accessToken":"t","x":[1]} } }
            """
        );
        (await machine.Run("login", cloud.Url)).Code.ShouldBe(0);
        machine.Credentials.ShouldBe(
            $$"""
            {
                "current": "{{cloud.Url}}",
                "accessTokens": {
                    "{{cloud.Url}}": "good"
                },
                "accounts": {
                    "{{cloud.Url}}": {
                        "accessToken": "good",
                        "username": "alice",
                        "organizations": [
                            "alice",
                            "acme"
                        ],
                        "lastValidatedAt": "2026-08-21T10:15:30Z",
                        "theirs": "\u003ckept\u003e"
                    },
                    "https://other": {
                        "accessToken": "t",
                        "x": [
                            1
                        ]
                    }
                },
                "future": {
                    "a": 1.50
                }
            }
            """
        );
    }

    [Fact]
    public async Task Logins_at_once_lose_nothing()
    {
        using var machine = new TestMachine();
        var folders = Enumerable.Range(0, 12).Select(i => Directory.CreateDirectory(Path.Combine(machine.Work, $"s{i}")).FullName).ToList();
        var logins = folders.Select(folder =>
            Task.Run(async () =>
            {
                using var twin = new TestMachine();
                twin.Variables["PULUMI_HOME"] = machine.Home;
                return await twin.Run("login", $"file://{folder}");
            })
        );
        (await Task.WhenAll(logins)).ShouldAllBe(outcome => outcome.Code == 0);
        folders.ShouldAllBe(folder => machine.Credentials!.Contains($"\"file://{folder}\": \"\""));
        Directory.EnumerateFiles(machine.Home, "*.tmp").ShouldBeEmpty();
    }

    [Fact]
    public async Task The_oldest_form_still_works()
    {
        await using var cloud = await FakeCloud.Start();
        using var machine = new TestMachine();
        machine.Store($$"""{"current":"{{cloud.Url}}","accessTokens":{"{{cloud.Url}}":"good"} }""");
        (await machine.Run("whoami")).ShouldBe(new Outcome(0, "alice\n", ""));
        cloud.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_broken_file_is_not_written_over()
    {
        await using var cloud = await FakeCloud.Start();
        using var machine = new TestMachine { Variables = { [TestMachine.Token] = "good" } };
        machine.Store("{oops");
        var outcome = await machine.Run("login", cloud.Url);
        outcome.Code.ShouldBe(1);
        outcome.Error.ShouldContain("failed to read Pulumi credentials file. Please fix or delete invalid credentials file");
        machine.Credentials.ShouldBe("{oops");
    }

    [Theory]
    [InlineData("os", "PULUMI_CREDENTIAL_STORE=os but no usable OS credential protection")]
    [InlineData("vault", "invalid PULUMI_CREDENTIAL_STORE value \"vault\" (want auto, os, or plaintext)")]
    public async Task A_protection_that_is_not_there_is_not_pretended(string value, string message)
    {
        using var machine = new TestMachine { Variables = { ["PULUMI_CREDENTIAL_STORE"] = value } };
        (await machine.Run("login", "--local")).Error.ShouldContain(message);
        machine.Credentials.ShouldBeNull();
    }

    [Fact]
    public async Task A_store_of_the_old_layout_is_refused()
    {
        using var machine = new TestMachine();
        var stacks = Directory.CreateDirectory(Path.Combine(machine.Work, ".pulumi", "stacks")).FullName;
        await File.WriteAllTextAsync(Path.Combine(stacks, "dev.json"), "{}");
        (await machine.Run("login", "file://.")).Error.ShouldContain("Legacy DIY state is deprecated");
        File.Exists(Path.Combine(machine.Work, ".pulumi", "meta.yaml")).ShouldBeFalse();
        machine.Variables["PULUMI_DIY_BACKEND_IGNORE_DEPRECATION_ERROR"] = "1";
        (await machine.Run("login", "file://.")).Code.ShouldBe(0);
    }
}
