using System.Text.Json.Nodes;

namespace EndToEnd;

/// <summary>The published program in a session with a real GNOME Keyring. `secret-tool` looks at it as the stock CLI does.</summary>
public sealed class SecretServiceTests : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("holdfast-session-");
    private PublishedServer _server = null!;
    private string _token = "";

    public async ValueTask InitializeAsync()
    {
        _server = await PublishedServer.Start();
        await _server.Holdfast("correct horse battery", "user", "add", "ann", "--email", "ann@example.com", "--password-stdin");
        _token = (await _server.Holdfast("", "token", "add", "--user", "ann")).Out.Trim();
        foreach (var name in new[] { "home", "run" })
        {
            Directory.CreateDirectory(Path.Combine(_folder.FullName, name));
        }
    }

    public ValueTask DisposeAsync()
    {
        _server.Dispose();
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task The_key_lies_in_the_keyring_where_the_stock_CLI_looks_for_it()
    {
        var output = await InSession(
            """
            pulumi login "$URL" --token-stdin <<< "$TOKEN"
            cat "$PULUMI_HOME/credentials.json"; echo
            secret-tool lookup service 'Pulumi CLI' username credentials-key; echo
            pulumi whoami
            """
        );

        output.Length.ShouldBe(4);
        JsonNode.Parse(output[1])!["backend"]!.GetValue<string>().ShouldBe("linux-secretservice");
        output[1].ShouldNotContain("\"ann\""); // with the quotes, which no ciphertext has
        output[2].ShouldMatch("^pulumi-securestore-v1:raw:[A-Za-z0-9+/]{43}=$");
        output[3].ShouldBe("ann");
    }

    [Fact]
    public async Task A_key_that_the_stock_CLI_has_put_there_is_used()
    {
        var key = "pulumi-securestore-v1:raw:" + Convert.ToBase64String(Enumerable.Range(0, 32).Select(i => (byte)i).ToArray());

        var output = await InSession(
            $"""
            printf %s '{key}' | secret-tool store --label=x service 'Pulumi CLI' username credentials-key
            pulumi login "$URL" --token-stdin <<< "$TOKEN"
            secret-tool lookup service 'Pulumi CLI' username credentials-key; echo
            pulumi whoami
            """
        );

        output[^2].ShouldBe(key);
        output[^1].ShouldBe("ann");
    }

    [Fact]
    public async Task A_keyring_that_was_locked_is_an_error_and_nothing_is_lost()
    {
        var output = await InSession(
            """
            pulumi login "$URL" --token-stdin <<< "$TOKEN" > /dev/null
            before=$(cat "$PULUMI_HOME/credentials.json")
            dbus-send --session --print-reply --dest=org.freedesktop.secrets /org/freedesktop/secrets \
              org.freedesktop.Secret.Service.Lock array:objpath:/org/freedesktop/secrets/collection/login > /dev/null
            pulumi whoami 2>&1; echo $?
            pulumi login "$URL" --token-stdin <<< "$TOKEN" 2>&1; echo $?
            [ "$before" = "$(cat "$PULUMI_HOME/credentials.json")" ] && echo unchanged
            """
        );

        output[0].ShouldContain("it is locked. Unlock it and try again");
        (output[1], output[3], output[^1]).ShouldBe(("1", "1", "unchanged"));
    }

    [Fact]
    public async Task Without_a_keyring_nothing_is_said_unless_encryption_is_required()
    {
        var output = await InSession(
            """
            pulumi login "$URL" --token-stdin <<< "$TOKEN" 2>&1
            head -c 1 "$PULUMI_HOME/credentials.json"; echo
            pulumi login "$URL" --require-encryption --token-stdin <<< "$TOKEN" 2>&1
            grep -o holdfast-key-file "$PULUMI_HOME/credentials.json"
            """,
            keyring: false
        );

        output.ShouldBe([
            $"Logged in to {_server.Url} as ann ()",
            "{",
            "Stored Pulumi credentials are now encrypted",
            $"Logged in to {_server.Url} as ann ()",
            "holdfast-key-file",
        ]);
    }

    /// <returns>The lines of its output.</returns>
    private async Task<string[]> InSession(string script, bool keyring = true)
    {
        var unlock = keyring ? "printf 'desktop password' | gnome-keyring-daemon --unlock --components=secrets > /dev/null\n" : "";
        var variables = new Dictionary<string, string>
        {
            ["HOME"] = Path.Combine(_folder.FullName, "home"),
            ["XDG_RUNTIME_DIR"] = Path.Combine(_folder.FullName, "run"),
            ["PULUMI_HOME"] = Path.Combine(_folder.FullName, "home", ".pulumi"),
            ["PATH"] = Path.GetDirectoryName(Published.Pulumi) + ":" + Environment.GetEnvironmentVariable("PATH"),
            ["URL"] = _server.Url,
            ["TOKEN"] = _token,
        };
        var (_, output, error) = await Published.Run("/usr/bin/dbus-run-session", variables, "", "--", "/bin/bash", "-c", unlock + script);
        output.ShouldNotBeEmpty(error);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
