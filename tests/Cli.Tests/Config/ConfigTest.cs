using Cli.Tests.Support;

namespace Cli.Tests.Config;

/// <summary>A workspace with a real passphrase, whose stack file a test writes and reads.</summary>
public abstract class ConfigTest : IDisposable
{
    protected const string Salted = "^encryptionsalt: v1:[^\n]+\n";
    protected const string Cipher = "v1:[A-Za-z0-9+/=]+:[A-Za-z0-9+/=]+";

    /// <summary>For the workspace's passphrase.</summary>
    protected const string Salt = "encryptionsalt: v1:GR0bd1Yzw9Y=:v1:Qzu4ODJcEA+dohsH:5Ie8O2s+89x3ApAEOsesW9V3XFfXWw==\n";

    private protected readonly Workspace Work = new();

    public void Dispose()
    {
        Work.Dispose();
        GC.SuppressFinalize(this);
    }

    protected string File
    {
        get => System.IO.File.ReadAllText(Work.StackFile("dev"));
        set => System.IO.File.WriteAllText(Work.StackFile("dev"), value);
    }

    /// <summary>What follows the salt.</summary>
    protected string Config => File[(File.IndexOf('\n', StringComparison.Ordinal) + 1)..];

    protected async Task<string> Stack(string config = "")
    {
        Work.Plant("dev", Deployments.Of());
        await Work.Do("stack", "select", "dev");
        return File = Salt + config;
    }
}
