using Wire;

namespace Cli.Api;

internal static class Consoles
{
    /// <returns>The web address that belongs to an API's, without a slash at the end; null when it cannot be told.</returns>
    public static string? Of(Machine machine, string apiUrl) =>
        Uri.TryCreate(apiUrl, UriKind.Absolute, out var api) ? ConsoleUrl.Of(api, machine.Variable("PULUMI_CONSOLE_DOMAIN")) : null;
}
