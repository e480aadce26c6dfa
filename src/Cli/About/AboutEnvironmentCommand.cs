using Cli.Invocation;

namespace Cli.About;

internal static class AboutEnvironmentCommand
{
    private sealed record Known(string Name, string Description, bool Secret = false);

    private static readonly Known[] Variables =
    [
        new("PULUMI_ACCESS_TOKEN", "The access token for cloud back ends", Secret: true),
        new("PULUMI_API", "The cloud to use where nothing else names one"),
        new("PULUMI_BACKEND_URL", "The back end to use, whatever is stored"),
        new("PULUMI_CONSOLE_DOMAIN", "The host of the console, for links and browser logins"),
        new("PULUMI_CREDENTIALS_PATH", "The folder of credentials.json and config.json"),
        new("PULUMI_CREDENTIAL_STORE", "How credentials are stored: auto, os, key-file or plaintext"),
        new("PULUMI_DEFAULT_ORGANIZATION", "The organization of stack names without one"),
        new("PULUMI_DISABLE_CI_DETECTION", "Ask questions even where a CI system seems to run this program"),
        new("PULUMI_DIY_BACKEND_IGNORE_DEPRECATION_ERROR", "Open folders whose state has the layout of old"),
        new("PULUMI_DIY_BACKEND_LEGACY_LAYOUT", "Give new folders the layout of old"),
        new("PULUMI_HOME", "The folder to use instead of ~/.pulumi"),
        new("PULUMI_PROFILE", "The profile whose logins to use"),
        new("PULUMI_SKIP_UPDATE_CHECK", "Do not look for newer versions"),
    ];

    public static PulumiCommand Create(Machine machine) =>
        new PulumiCommand("env", "List the environment variables this program reads").Runs(machine, (session, _, _) => Run(session));

    internal static async Task<int> Run(Session session)
    {
        var width = Variables.Max(v => v.Name.Length);
        var described = Variables.Max(v => v.Description.Length);
        await session.Out.WriteLineAsync($"{"VARIABLE".PadRight(width)}  {"DESCRIPTION".PadRight(described)}  VALUE");
        foreach (var (name, description, secret) in Variables)
        {
            var value =
                session.Machine.Variable(name) is not { } set ? ""
                : secret ? "[secret]"
                : set;
            await session.Out.WriteLineAsync($"{name.PadRight(width)}  {description.PadRight(described)}  {value}".TrimEnd());
        }
        return 0;
    }
}
