using Server.Settings;

namespace Server.Serve;

/// <summary>What `holdfast serve` prints once it answers.</summary>
public static class Greeting
{
    public static string Of(ServerSettings settings)
    {
        var api = ServerSettings.Address(settings.PublicUrl);
        var console = ServerSettings.Address(settings.ConsoleUrl);
        var hint = settings.CliFindsConsole
            ? ""
            : $"\n  A CLI cannot guess this console's address. For browser login, set PULUMI_CONSOLE_DOMAIN={settings.ConsoleUrl.Authority}\n";
        var open = !settings.Listen.All(l => l.IsLoopback) && settings.PublicUrl.Scheme == "http";
        var warning = open
            ? "\n  Warning: tokens travel unencrypted. Put https in front, or give --certificate and an https address.\n"
            : "";
        return $"""

              Holdfast is ready. Stop it with Ctrl-C.

              Sign up    {console}/signup
              Log in     pulumi login {api}
              Data       {settings.DataFolder}
            {hint}{warning}

            """;
    }
}
