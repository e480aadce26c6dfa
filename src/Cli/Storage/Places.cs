namespace Cli.Storage;

/// <summary>Where the files are that this program shares with the stock CLI.</summary>
internal static class Places
{
    public static string CredentialsFolder(Machine machine) =>
        Storage.Profile.Of(machine) is { } profile
            ? Profile(machine, profile.Name)
            : Path.GetFullPath(machine.Variable("PULUMI_CREDENTIALS_PATH") ?? Home(machine), machine.WorkingDirectory);

    /// <param name="name"><see cref="Storage.Profile.Default"/> for the logins without a profile.</param>
    public static string Profile(Machine machine, string name) =>
        name == Storage.Profile.Default ? Home(machine) : Path.Combine(Profiles(machine), name);

    public static string Profiles(Machine machine) => Path.Combine(Home(machine), "profiles");

    /// <summary>Holds the name of the profile in use where nothing closer names one.</summary>
    public static string ChosenProfile(Machine machine) => Path.Combine(Home(machine), "profile");

    /// <summary>Workspaces, caches and the state of <c>file://~</c>.</summary>
    public static string Home(Machine machine) =>
        Path.GetFullPath(machine.Variable("PULUMI_HOME") ?? Path.Combine(machine.UserHome.Value, ".pulumi"), machine.WorkingDirectory);

    public static string CredentialsFile(Machine machine) => Path.Combine(CredentialsFolder(machine), "credentials.json");

    public static string KeyFile(Machine machine) => Path.Combine(CredentialsFolder(machine), "credentials-key");

    public static string RefreshLock(Machine machine) => Path.Combine(CredentialsFolder(machine), "refresh");

    public static string ConfigFile(Machine machine) => Path.Combine(CredentialsFolder(machine), "config.json");
}
