using Wire;

namespace Cli.Auth;

/// <summary>How a back end is called in what people read.</summary>
internal static class BackendName
{
    public static string Of(Machine machine, string url) =>
        url == BackendUrl.PulumiCloud ? "pulumi.com"
        : BackendUrl.IsCloud(url) ? url
        : machine.HostName() ?? "diy";

    /// <summary>The user's page in the console; empty where no console is known.</summary>
    public static string PageOf(Machine machine, string url, string user) =>
        ConsoleUrl.Of(new Uri(url), machine.Variable("PULUMI_CONSOLE_DOMAIN")) is { } console ? $"{console}/{user}" : "";
}
