namespace Cli.About;

internal sealed record KnownVariable(string Name, string Meaning, bool IsSecret = false);

/// <summary>The variables that mean something here, for people who wonder why a command does what it does.</summary>
internal static class KnownVariables
{
    public static IReadOnlyList<KnownVariable> All { get; } =
    [
        new("PULUMI_ACCESS_TOKEN", "Access token for cloud backends; beats a stored one", IsSecret: true),
        new("PULUMI_API", "Cloud API to use when nothing else names a backend"),
        new("PULUMI_BACKEND_URL", "Backend to use; beats Pulumi.yaml and the stored choice"),
        new("PULUMI_CONFIG_PASSPHRASE", "Passphrase of the passphrase secrets provider", IsSecret: true),
        new("PULUMI_CONFIG_PASSPHRASE_FILE", "File that holds the passphrase"),
        new("PULUMI_CONSOLE_DOMAIN", "Host name for links to the console"),
        new("PULUMI_CREDENTIALS_PATH", "Folder of credentials.json and config.json; beats PULUMI_HOME"),
        new("PULUMI_CREDENTIAL_STORE", "How credentials are protected: auto, os or plaintext"),
        new("PULUMI_DEFAULT_ORGANIZATION", "Organization of stack names that have none"),
        new("PULUMI_DISABLE_CI_DETECTION", "Be interactive in CI systems, too"),
        new("PULUMI_DIY_BACKEND_IGNORE_DEPRECATION_ERROR", "Open file stores with the layout of old"),
        new("PULUMI_DIY_BACKEND_LEGACY_LAYOUT", "Give new file stores the layout of old"),
        new("PULUMI_DIY_BACKEND_NO_LEGACY_WARNING", "No warning about stacks in the layout of old"),
        new("PULUMI_HOME", "Folder to use instead of ~/.pulumi"),
    ];
}
