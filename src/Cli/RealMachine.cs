using System.Collections;
using System.Net.Security;
using Cli.Api;
using Cli.Storage;
using Cli.Terminals;

namespace Cli;

internal static class RealMachine
{
    public static Machine Create()
    {
        var environment = Variables();
        return new Machine(
            OperatingSystem.IsWindows() ? WindowsTerminal.Open() : UnixTerminal.Open(),
            environment,
            new Lazy<string>(() => OperatingSystem.IsWindows() ? ProfileFolder() : UserDatabase.HomeOfThisUser() ?? ProfileFolder()),
            Directory.GetCurrentDirectory(),
            () => Environment.UserName,
            HostName,
            Handler,
            (url, ct) => Browser.Open(environment, url, ct),
            TimeProvider.System
        )
        {
            OsKeys =
                (IKeyStore?)SecretService.Of(environment) ?? MacKeychain.OfThisMachine() ?? (IKeyStore?)WindowsCredentials.OfThisMachine(),
            HasBrowser = BrowserCommands.MayOpen(environment),
            Output = OtherProgram.Run,
            Edit = (file, ct) => Editor.Open(environment, file, ct),
        };
    }

    private static Dictionary<string, string> Variables()
    {
        var names = OperatingSystem.IsWindows() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;
        var variables = new Dictionary<string, string>(names);
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            variables[(string)variable.Key] = (string?)variable.Value ?? "";
        }
        return variables;
    }

    private static string ProfileFolder() => Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);

    // Environment.MachineName cuts the name at its first dot.
    private static string? HostName()
    {
        try
        {
            return System.Net.Dns.GetHostName() is { Length: > 0 } name ? name : null;
        }
        catch (System.Net.Sockets.SocketException)
        {
            return null;
        }
    }

    internal static HttpMessageHandler Handler(HttpRoute route)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = !route.Direct,
            AutomaticDecompression = System.Net.DecompressionMethods.GZip,
            ConnectCallback = Dial.Connect,
            ActivityHeadersPropagator = null,
        };
        handler.SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = route.Trust.Check() };
        return new Patience(handler, Patience.Usual);
    }
}
