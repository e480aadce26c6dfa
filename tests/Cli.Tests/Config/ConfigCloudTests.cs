using Cli.Tests.Support;
using Support;

namespace Cli.Tests.Config;

/// <summary>Configuration of stacks that the real server keeps: it encrypts, and the file holds what it returned.</summary>
public sealed class ConfigCloudTests : IAsyncLifetime
{
    private readonly Workspace _work = new();
    private TestServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await TestServer.Start();
        _work.Machine.Variables["PULUMI_BACKEND_URL"] = _server.Url.ToString();
        _work.Machine.Variables["PULUMI_ACCESS_TOKEN"] = await _server.TokenOf(await _server.AddAccount("ann"));
        await _work.Run("stack", "init", "dev");
    }

    public ValueTask DisposeAsync()
    {
        _work.Dispose();
        return _server.DisposeAsync();
    }

    private string File => System.IO.File.ReadAllText(_work.StackFile("dev"));

    [Fact]
    public async Task A_secret_is_encrypted_by_the_server_and_read_back()
    {
        await _work.Do("config", "set", "--secret", "pw", "hunter2");
        await _work.Do("config", "set-all", "--secret", "a=größe", "--secret", "b=");

        File.ShouldMatch(
            "^config:\n  web:pw:\n    secure: [A-Za-z0-9+/=]+\n  web:a:\n    secure: [A-Za-z0-9+/=]+\n  web:b:\n    secure: [A-Za-z0-9+/=]+\n$"
        );
        (await _work.Do("config", "get", "pw")).ShouldBe("hunter2\n");
        (await _work.Do("config")).ShouldBe("KEY  VALUE\na    [secret]\nb    [secret]\npw   [secret]\n");
        (await _work.Do("config", "--show-secrets")).ShouldBe("KEY  VALUE\na    größe\nb\npw   hunter2\n");
    }

    [Fact]
    public async Task A_secret_of_another_stack_is_told_from_the_own_one()
    {
        await _work.Do("config", "set", "--secret", "pw", "hunter2");
        await _work.Run("stack", "init", "prod");
        System.IO.File.Copy(_work.StackFile("dev"), _work.StackFile("prod"));

        var result = await _work.Run("config", "get", "pw");

        (result.Exit, result.Out).ShouldBe((1, ""));
        result.Error.ShouldContain("error: ");
    }

    [Fact]
    public async Task Copying_encrypts_secrets_for_the_other_stack()
    {
        await _work.Do("config", "set", "--secret", "--path", "db.pw", "hunter2");
        await _work.Run("stack", "init", "prod", "--no-select");

        (await _work.Run("config", "cp", "-d", "prod")).ShouldBe(new(0, "", ""));

        System.IO.File.ReadAllText(_work.StackFile("prod")).ShouldNotBe(File);
        (await _work.Do("config", "get", "--path", "db.pw", "-s", "prod")).ShouldBe("hunter2\n");
    }

    [Fact]
    public async Task Without_a_deployment_there_is_nothing_to_refresh_from()
    {
        (await _work.Run("config", "refresh")).ShouldBe(new(1, "", "error: no previous deployment\n"));
    }

    [Fact]
    public async Task Environments_are_listed_from_the_file()
    {
        (await _work.Do("config", "env", "ls")).ShouldBe(
            "This stack configuration has no environments listed. Try adding one with `pulumi config env add <projectName>/<envName>`.\n"
        );
        (await _work.Do("config", "env", "ls", "--json")).ShouldBe("[]\n");
        System.IO.File.WriteAllText(_work.StackFile("dev"), "environment:\n  - web/dev\n  - web/more\n");
        (await _work.Do("config", "env", "ls")).ShouldBe("ENVIRONMENTS\nweb/dev\nweb/more\n");
        (await _work.Do("config", "env", "list", "--output", "json")).ShouldBe("[\n  \"web/dev\",\n  \"web/more\"\n]\n");
    }
}
