namespace Server.Settings;

/// <summary>
/// One thing an operator can set: <c>--name</c> on the command line, <c>HOLDFAST_NAME</c> in the environment, <c>"name"</c> in the settings file, in
/// this order of precedence. docs/operations.md has the same table; a test compares them.
/// </summary>
public sealed record Setting(string Name, string Placeholder, string Default, string Description)
{
    public bool Repeatable { get; init; }

    public string Variable => "HOLDFAST_" + Name.ToUpperInvariant().Replace('-', '_');

    public static readonly Setting Data = new(
        "data",
        "DIR",
        "~/.local/share/holdfast",
        "The one folder that holds everything: database, keys. Created owner-only."
    );

    public static readonly Setting Database = new(
        "database",
        "URL",
        "SQLite in the data folder",
        "PostgreSQL instead, as postgres://user:password@host:5432/database."
    );

    public static readonly Setting MasterKeyFile = new(
        "master-key-file",
        "FILE",
        "master.key in the data folder",
        "The keys that protect the secrets of stacks. Made on first start, owner-only. Servers on one database need the same file."
    );

    public static readonly Setting Listen = new(
        "listen",
        "ADDRESS",
        "localhost:8080 and localhost:3000",
        "Where to listen: PORT, HOST:PORT or https://HOST:PORT. Every address answers API and console."
    )
    {
        Repeatable = true,
    };

    public static readonly Setting PublicUrl = new(
        "public-url",
        "URL",
        "the first address listened on",
        "The address that people give to `pulumi login`."
    );

    public static readonly Setting ConsoleUrl = new(
        "console-url",
        "URL",
        "by the CLI's rules, else the public URL",
        "The console's address, for links. A stock CLI finds it by itself at api.HOST and app.HOST, or at localhost:8080 and localhost:3000."
    );

    public static readonly Setting SignUp = new(
        "sign-up",
        "open|closed",
        "open",
        "Whether people can make accounts in the console. `holdfast user add` always can."
    );

    public static readonly Setting DeviceLogin = new(
        "device-login",
        "on|off",
        "on",
        "Whether command lines may log in with a code that is typed on another device. Such codes can be phished; off, they are refused."
    );

    public static readonly Setting PasswordSignIn = new(
        "password-sign-in",
        "on|off",
        "on",
        "Whether people sign in and sign up with passwords. Off, they come by a passkey or by one of the services of `sign-in-with`."
    );

    public static readonly Setting SignInWith = new(
        "sign-in-with",
        "PROVIDER",
        "none",
        "Another service that signs people in: name=keycloak;label=Keycloak;issuer=https://id.example.com/realms/main;client-id=holdfast;client-secret-file=FILE, or name=github;client-id=ID;client-secret-file=FILE."
    )
    {
        Repeatable = true,
    };

    public static readonly Setting NewAccounts = new(
        "new-accounts",
        "known|open|DOMAIN",
        "known",
        "Who gets an account by signing in with another service: nobody, everybody, or people with a verified address of these domains."
    )
    {
        Repeatable = true,
    };

    public static readonly Setting SmtpUrl = new(
        "smtp-url",
        "URL",
        "none: no mail is sent",
        "Who delivers mail: smtp://user:password@host:587 (with STARTTLS) or smtps://user:password@host:465. Better in the environment or the settings file than on the command line."
    );

    public static readonly Setting MailFrom = new(
        "mail-from",
        "ADDRESS",
        "none",
        "The sender of mail, for instance \"Holdfast <holdfast@example.com>\"."
    );

    public static readonly Setting AgentSignUp = new(
        "agent-sign-up",
        "on|off",
        "off",
        "Whether a coding agent that nobody has logged in may make itself an account for three days, which a person can then take over."
    );

    public static readonly Setting Certificate = new("certificate", "FILE", "none", "Certificate chain (PEM) for https addresses.");

    public static readonly Setting CertificateKey = new("certificate-key", "FILE", "none", "Private key (PEM) of the certificate.");

    public static readonly Setting TrustedProxy = new(
        "trusted-proxy",
        "ADDRESS",
        "none",
        "A reverse proxy whose X-Forwarded-For and X-Forwarded-Proto are believed."
    )
    {
        Repeatable = true,
    };

    public static readonly Setting AllowPrivateNetwork = new(
        "allow-private-network",
        "NETWORK",
        "none",
        "A private network that webhooks and other calls to addresses from people may reach, such as 10.0.0.0/8, or `all`."
    )
    {
        Repeatable = true,
    };

    public static readonly Setting SaveMode = new(
        "save-mode",
        "auto|journal|checkpoint",
        "auto",
        "How updates save what they do. `auto` asks near clients with small states for checkpoints and all others for journal entries."
    );

    public static readonly Setting Log = new("log", "text|json", "text", "How the log on standard error is written.");

    public static readonly Setting Metrics = new(
        "metrics",
        "admin|open",
        "admin",
        "Who may read /metrics: a site administrator's access token, or whoever can reach this server."
    );

    public static readonly Setting File = new("settings", "FILE", "none", "A JSON file with these settings.");

    public static readonly IReadOnlyList<Setting> All =
    [
        Data,
        Database,
        MasterKeyFile,
        Listen,
        PublicUrl,
        ConsoleUrl,
        SignUp,
        DeviceLogin,
        PasswordSignIn,
        SignInWith,
        NewAccounts,
        SmtpUrl,
        MailFrom,
        AgentSignUp,
        Certificate,
        CertificateKey,
        TrustedProxy,
        AllowPrivateNetwork,
        SaveMode,
        Log,
        Metrics,
        File,
    ];

    /// <summary>What commands need that only touch the store.</summary>
    public static readonly IReadOnlyList<Setting> OfStore = [Data, Database, File];
}
