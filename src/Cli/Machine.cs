using Cli.Terminals;

namespace Cli;

/// <summary>
/// Everything outside the process that a command may touch. Commands take what they need from here and never from
/// <see cref="Console"/> or <see cref="Environment"/>, so a test is a different machine.
/// </summary>
/// <param name="UserHome">From the user database, not from <c>HOME</c>: another program's idea of home must not move the credentials.</param>
/// <param name="HostName">Null where the machine does not know its name.</param>
/// <param name="Http">Makes the part that sends requests; see <see cref="HttpRoute"/>.</param>
/// <param name="OpenBrowser">False when there is nothing to open a browser with.</param>
internal sealed record Machine(
    Terminal Terminal,
    IReadOnlyDictionary<string, string> Environment,
    Lazy<string> UserHome,
    string WorkingDirectory,
    Func<string> UserName,
    Func<string?> HostName,
    Func<HttpRoute, HttpMessageHandler> Http,
    Func<Uri, CancellationToken, Task<bool>> OpenBrowser,
    TimeProvider Clock
)
{
    /// <summary>Lets the person edit a file; false when that failed.</summary>
    public Func<string, CancellationToken, Task<bool>> Edit { get; init; } = (_, _) => Task.FromResult(false);

    /// <summary>Runs another program; what it printed, or null when it could not be run or failed.</summary>
    public Func<string, IReadOnlyList<string>, CancellationToken, Task<string?>> Output { get; init; } =
        (_, _, _) => Task.FromResult<string?>(null);

    /// <summary>Whether a browser that opens here would be seen by the person who types.</summary>
    public bool HasBrowser { get; init; } = true;

    /// <summary><c>--profile</c></summary>
    public string? ProfileFlag { get; init; }

    /// <summary>The key store of the operating system; null where there is none.</summary>
    public Storage.IKeyStore? OsKeys { get; init; }

    /// <returns>Null when unset or empty.</returns>
    public string? Variable(string name) => Environment.TryGetValue(name, out var value) && value.Length > 0 ? value : null;

    /// <summary>The stock CLI takes <c>1</c> and <c>true</c> as yes and everything else as no.</summary>
    public bool IsOn(string name) =>
        Variable(name) is { } value
        && (value.Equals("1", StringComparison.Ordinal) || value.Equals("true", StringComparison.OrdinalIgnoreCase));
}

/// <param name="Trust">Which certificates are believed.</param>
/// <param name="Direct">Never through a proxy: loopback addresses, as in the stock CLI.</param>
internal sealed record HttpRoute(Api.Trust Trust, bool Direct);
