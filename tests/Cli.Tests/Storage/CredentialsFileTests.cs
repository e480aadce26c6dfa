using System.Diagnostics;
using Cli.Tests.Support;

namespace Cli.Tests.Storage;

/// <summary>The file that is shared with the stock CLI.</summary>
public sealed class CredentialsFileTests : IAsyncLifetime
{
    private readonly TestMachine _machine = new() { Variables = { ["PULUMI_ACCESS_TOKEN"] = "good" } };
    private FakeCloud _cloud = null!;

    public async ValueTask InitializeAsync() => _cloud = await FakeCloud.Start();

    public ValueTask DisposeAsync()
    {
        _machine.Dispose();
        return _cloud.DisposeAsync();
    }

    [Fact]
    public async Task Case_2_the_file_is_the_stock_clis_to_the_byte_and_what_others_wrote_stays()
    {
        _machine.Write(
            _machine.CredentialsFile,
            $$"""
            {"future":{"a":1.50},"accounts":{"{{_cloud.Url}}":{"accessToken":"old","theirs":"<kept>"},"https://other":{"accessToken":"t","x":[1]} } }
            """
        );

        (await _machine.Run("login", _cloud.Url)).Exit.ShouldBe(0);

        _machine.CredentialsText.ShouldBe(
            $$"""
            {
                "current": "{{_cloud.Url}}",
                "accessTokens": {
                    "{{_cloud.Url}}": "good"
                },
                "accounts": {
                    "{{_cloud.Url}}": {
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
    public async Task A_broken_file_is_not_written_over()
    {
        _machine.Write(_machine.CredentialsFile, "{oops");

        var result = await _machine.Run("login", _cloud.Url);

        result.Exit.ShouldBe(1);
        result.Error.ShouldContain("failed to read Pulumi credentials file. Please fix or delete invalid credentials file");
        _machine.CredentialsText.ShouldBe("{oops");
    }

    [Theory]
    [InlineData("login", "could not determine current cloud: failed to read Pulumi credentials file.")]
    [InlineData("whoami", "could not get cloud url: failed to read Pulumi credentials file.")]
    public async Task A_broken_file_stops_what_depends_on_it(string command, string message)
    {
        _machine.Write(_machine.CredentialsFile, "{oops");

        (await _machine.Run(command)).Error.ShouldContain(message);
    }

    [Fact]
    public async Task A_refreshed_token_is_stored_before_it_is_used()
    {
        _machine.Variables.Remove("PULUMI_ACCESS_TOKEN");
        _machine.Write(
            _machine.CredentialsFile,
            $$"""
            {"accounts":{"{{_cloud.Url}}":{"accessToken":"old","refreshToken":"r1","username":"alice","lastValidatedAt":"2026-08-21T10:00:00Z",
             "tokenInformation":{"name":"","expiresAt":"2026-08-21T10:01:00Z"} } } }
            """
        );
        _cloud.Grant =
            """{"access_token":"new","token_type":"token","issued_token_type":"","expires_in":60,"scope":"","refresh_token":"r2"}""";
        _cloud.Special = async http =>
        {
            if (http.Request.Method == "GET")
            {
                http.Response.StatusCode = 500;
                await http.Response.Body.FlushAsync();
            }
            return http.Request.Method == "GET";
        };

        (await _machine.Run("login", _cloud.Url)).Exit.ShouldBe(1);

        var account = _machine.Credentials["accounts"]![_cloud.Url]!;
        (account["accessToken"]!.GetValue<string>(), account["refreshToken"]!.GetValue<string>()).ShouldBe(("new", "r2"));
        account["tokenInformation"]!["expiresAt"]!.GetValue<string>().ShouldBe("2026-08-21T10:16:30Z");
    }

    [Fact]
    public async Task The_stock_clis_lock_is_waited_for()
    {
        _machine.Store("https://other");
        var start = new ProcessStartInfo("flock", [_machine.CredentialsFile, "sh", "-c", "echo locked; read line"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        using var other = Process.Start(start)!;
        await other.StandardOutput.ReadLineAsync();

        var login = Task.Run(() => _machine.Run("login", _cloud.Url));
        await Task.WhenAny(login, Task.Delay(300));
        login.IsCompleted.ShouldBeFalse();
        other.StandardInput.Close();

        (await login).Exit.ShouldBe(0);
        _machine.Credentials["accounts"]!.AsObject().Select(account => account.Key).ShouldBe([_cloud.Url, "https://other"]);
    }

    [Fact]
    public async Task A_link_to_the_file_stays_a_link()
    {
        var elsewhere = Path.Combine(_machine.Work, "real.json");
        await File.WriteAllTextAsync(elsewhere, "{}");
        Directory.CreateDirectory(_machine.Home);
        File.CreateSymbolicLink(_machine.CredentialsFile, elsewhere);

        (await _machine.Run("login", _cloud.Url)).Exit.ShouldBe(0);

        new FileInfo(_machine.CredentialsFile).LinkTarget.ShouldBe(elsewhere);
        (await File.ReadAllTextAsync(elsewhere)).ShouldContain("\"username\": \"alice\"");
    }

    [Fact]
    public async Task A_login_replaces_what_cannot_be_decrypted_and_says_so()
    {
        _machine.Write(_machine.CredentialsFile, Encrypted);

        (await _machine.Run("login", _cloud.Url)).Error.ShouldStartWith(
            "warning: existing stored credentials can no longer be decrypted: "
        );

        _machine.Credentials["current"]!.GetValue<string>().ShouldBe(_cloud.Url);
    }

    [Theory, InlineData("n"), InlineData(""), InlineData(null)]
    public async Task A_person_is_asked_first(string? answer)
    {
        _machine.Interactive = true;
        _machine.Write(_machine.CredentialsFile, Encrypted);
        _machine.Typed.Enqueue(answer);

        var result = await _machine.Run("login", _cloud.Url);

        result.Out.ShouldStartWith("Replace the stored credentials with the ones from this login?");
        result.Error.ShouldEndWith(
            "error: login cancelled: restore the OS credential store protecting the existing credentials, or run `pulumi logout --all` to discard them\n"
        );
        _machine.CredentialsText.ShouldBe(Encrypted);
    }

    private const string Encrypted = """{"$pulumiSecureStore":1,"backend":"tpm-file","algo":"aes-256-gcm","nonce":"AA==","data":"AA=="}""";

    [Theory]
    [InlineData("os", "PULUMI_CREDENTIAL_STORE=os but no usable OS credential protection")]
    [InlineData("vault", "invalid PULUMI_CREDENTIAL_STORE value \"vault\" (want auto, os, or plaintext)")]
    public async Task A_protection_that_is_not_there_is_not_pretended(string value, string message)
    {
        _machine.Variables["PULUMI_CREDENTIAL_STORE"] = value;

        (await _machine.Run("login", _cloud.Url)).Error.ShouldContain(message);

        File.Exists(_machine.CredentialsFile).ShouldBeFalse();
    }

    [Theory]
    [InlineData("""{"$pulumiSecureStore":2}""", "was encrypted by a newer version of the Pulumi CLI (envelope version 2)")]
    [InlineData("""{"$pulumiSecureStore":1}""", "that is encrypted but cannot be parsed")]
    public async Task What_another_version_encrypted_is_never_written_over(string content, string message)
    {
        _machine.Write(_machine.CredentialsFile, content);

        (await _machine.Run("login", _cloud.Url)).Error.ShouldContain(message);

        _machine.CredentialsText.ShouldBe(content);
    }

    [Fact]
    public async Task A_folder_of_ones_own_beats_the_home_of_pulumi()
    {
        var folder = Path.Combine(_machine.Work, "elsewhere");
        _machine.Variables["PULUMI_CREDENTIALS_PATH"] = folder;

        await _machine.Run("login", _cloud.Url);

        File.Exists(Path.Combine(folder, "credentials.json")).ShouldBeTrue();
        Directory.Exists(_machine.Home).ShouldBeFalse();
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_named()
    {
        await File.WriteAllTextAsync(Path.Combine(_machine.Work, "file"), "");
        var folder = Path.Combine(_machine.Work, "file", "home");
        _machine.Variables["PULUMI_HOME"] = folder;

        (await _machine.Run("login", _cloud.Url)).Error.ShouldContain($"failed to create '{folder}': ");
    }

    [Fact]
    public async Task The_mode_that_somebody_gave_the_file_stays()
    {
        _machine.Write(_machine.CredentialsFile, "{}");
        const UnixFileMode Shared = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
        File.SetUnixFileMode(_machine.CredentialsFile, Shared);

        await _machine.Run("login", _cloud.Url);

        File.GetUnixFileMode(_machine.CredentialsFile).ShouldBe(Shared);
    }

    [Fact]
    public async Task A_folder_with_state_of_the_old_layout_is_refused()
    {
        var stacks = Directory.CreateDirectory(Path.Combine(_machine.Work, ".pulumi", "stacks")).FullName;
        await File.WriteAllTextAsync(Path.Combine(stacks, "dev.json"), "{}");

        (await _machine.Run("login", "file://.")).Error.ShouldContain("Legacy DIY state is deprecated");
        File.Exists(Path.Combine(_machine.Work, ".pulumi", "meta.yaml")).ShouldBeFalse();

        _machine.Variables["PULUMI_DIY_BACKEND_IGNORE_DEPRECATION_ERROR"] = "1";
        (await _machine.Run("login", "file://.")).Exit.ShouldBe(0);
    }
}
