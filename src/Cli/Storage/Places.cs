namespace Cli.Storage;

/// <summary>Where the files are that this program shares with the stock CLI.</summary>
internal static class Places
{
    public static string CredentialsFolder(Machine machine) =>
        Path.GetFullPath(
            machine.Variable("PULUMI_CREDENTIALS_PATH")
                ?? machine.Variable("PULUMI_HOME")
                ?? Path.Combine(machine.UserHome.Value, ".pulumi"),
            machine.WorkingDirectory
        );

    /// <summary>Workspaces, caches and the state of <c>file://~</c>.</summary>
    public static string Home(Machine machine) =>
        Path.GetFullPath(machine.Variable("PULUMI_HOME") ?? Path.Combine(machine.UserHome.Value, ".pulumi"), machine.WorkingDirectory);

    public static string CredentialsFile(Machine machine) => Path.Combine(CredentialsFolder(machine), "credentials.json");

    public static string KeyFile(Machine machine) => Path.Combine(CredentialsFolder(machine), "credentials-key");

    public static string RefreshLock(Machine machine) => Path.Combine(CredentialsFolder(machine), "refresh");

    public static string ConfigFile(Machine machine) => Path.Combine(CredentialsFolder(machine), "config.json");
}
