using Cli.Tests.Support;
using Support;

namespace Cli.Tests.Env;

/// <summary>A person with a project, logged in to the real server.</summary>
public abstract class EnvironmentTest : IAsyncLifetime
{
    internal Workspace Work { get; } = new();
    private TestServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await TestServer.Start();
        Work.Machine.Variables["PULUMI_BACKEND_URL"] = _server.Url.ToString();
        Work.Machine.Variables["PULUMI_ACCESS_TOKEN"] = await _server.TokenOf(await _server.AddAccount("ann"));
        await Work.Run("login");
    }

    public ValueTask DisposeAsync()
    {
        Work.Dispose();
        GC.SuppressFinalize(this);
        return _server.DisposeAsync();
    }

    internal async Task Define(string environment, string yaml)
    {
        Work.Machine.Write(File, yaml);
        await Work.Do("env", "init", environment, "-f", File);
    }

    internal string File => Path.Combine(Work.Machine.Work, "definition.yaml");
}
