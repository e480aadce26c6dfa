using System.Net;
using Server.Federation;
using Server.Mail;

namespace Server.Settings;

/// <summary>All settings, checked.</summary>
public sealed record ServerSettings
{
    public required string DataFolder { get; init; }
    public string? DatabaseUrl { get; init; }

    /// <summary>Null is <c>master.key</c> in the data folder.</summary>
    public string MasterKeyFile
    {
        get => field ?? MasterKeyIn(DataFolder);
        init;
    }

    public required IReadOnlyList<ListenAddress> Listen { get; init; }
    public required Uri PublicUrl { get; init; }
    public required Uri ConsoleUrl { get; init; }
    public bool SignUpOpen { get; init; } = true;
    public bool DeviceLogin { get; init; } = true;
    public bool PasswordSignIn { get; init; } = true;
    public FederatedSettings Federation { get; init; } = FederatedSettings.None;

    /// <summary>Null where no mail is set up.</summary>
    public MailServer? Mail { get; init; }

    public bool AgentSignUp { get; init; }
    public string? CertificateFile { get; init; }
    public string? CertificateKeyFile { get; init; }
    public IReadOnlyList<IPAddress> TrustedProxies { get; init; } = [];

    /// <summary>Private networks that this server calls when people ask for it.</summary>
    public IReadOnlyList<IPNetwork> PrivateNetworks { get; init; } = [];

    public SaveMode SaveMode { get; init; }
    public bool JsonLog { get; init; }
    public bool MetricsOpen { get; init; }

    /// <summary>Does a stock CLI that logs in to the public URL find this console by its own rules?</summary>
    public bool CliFindsConsole => Wire.ConsoleUrl.Of(PublicUrl) == Address(ConsoleUrl);

    /// <summary>As people write it: without a trailing slash.</summary>
    public static string Address(Uri url) => url.AbsoluteUri.TrimEnd('/');

    /// <exception cref="SettingsException">The first thing that is wrong, and what would be right.</exception>
    public static ServerSettings From(SettingValues values)
    {
        var listen = values.Many(Setting.Listen) is { Count: > 0 } given
            ? [.. given.Select(text => ParseListen(values, text))]
            : new List<ListenAddress> { new("localhost", 8080, Tls: false), new("localhost", 3000, Tls: false) };
        var publicUrl = Url(values, Setting.PublicUrl) ?? listen[0].Url;
        var consoleUrl = Url(values, Setting.ConsoleUrl) ?? GuessConsole(publicUrl, listen);
        var certificate = ExistingFile(values, Setting.Certificate);
        if (certificate is null && listen.Any(l => l.Tls))
        {
            throw values.Wrong(Setting.Listen, "an https address needs --certificate and --certificate-key.");
        }
        return new()
        {
            DataFolder = DataFolderOf(values),
            DatabaseUrl = values.Single(Setting.Database),
            MasterKeyFile = MasterKeyFileOf(values),
            Listen = listen,
            PublicUrl = publicUrl,
            ConsoleUrl = consoleUrl,
            SignUpOpen = OneOf(values, Setting.SignUp, "open", "closed") != "closed",
            DeviceLogin = OneOf(values, Setting.DeviceLogin, "on", "off") != "off",
            PasswordSignIn = OneOf(values, Setting.PasswordSignIn, "on", "off") != "off",
            Federation = FederatedSettings.From(values),
            Mail = MailServer.Of(values),
            AgentSignUp = OneOf(values, Setting.AgentSignUp, "on", "off") == "on",
            CertificateFile = certificate,
            CertificateKeyFile = ExistingFile(values, Setting.CertificateKey),
            TrustedProxies = [.. values.Many(Setting.TrustedProxy).Select(text => ParseAddress(values, text))],
            PrivateNetworks = [.. values.Many(Setting.AllowPrivateNetwork).SelectMany(text => ParseNetworks(values, text))],
            MetricsOpen = OneOf(values, Setting.Metrics, "admin", "open") == "open",
            SaveMode = OneOf(values, Setting.SaveMode, "auto", "journal", "checkpoint") switch
            {
                "journal" => SaveMode.Journal,
                "checkpoint" => SaveMode.Checkpoint,
                _ => SaveMode.Auto,
            },
            JsonLog = OneOf(values, Setting.Log, "text", "json") == "json",
        };
    }

    public static string DataFolderOf(SettingValues values) =>
        Path.GetFullPath(
            values.Single(Setting.Data)
                ?? Path.Combine(
                    Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify),
                    "holdfast"
                )
        );

    public static string MasterKeyFileOf(SettingValues values) =>
        values.Single(Setting.MasterKeyFile) is { } path ? Path.GetFullPath(path) : MasterKeyIn(DataFolderOf(values));

    private static string MasterKeyIn(string dataFolder) => Path.Combine(dataFolder, "master.key");

    private static ListenAddress ParseListen(SettingValues values, string text) =>
        ListenAddress.Parse(text)
        ?? throw values.Wrong(
            Setting.Listen,
            $"'{text}' is not an address. Write a port (8080), an address and a port (0.0.0.0:8080, [::1]:8080, localhost:8080) or https://ADDRESS:PORT."
        );

    private static IPAddress ParseAddress(SettingValues values, string text) =>
        IPAddress.TryParse(text, out var address) ? address : throw values.Wrong(Setting.TrustedProxy, $"'{text}' is not an IP address.");

    private static IReadOnlyList<IPNetwork> ParseNetworks(SettingValues values, string text) =>
        text == "all" ? [IPNetwork.Parse("0.0.0.0/0"), IPNetwork.Parse("::/0")]
        : IPNetwork.TryParse(text, out var network) ? [network]
        : IPAddress.TryParse(text, out var address) ? [new(address, address.GetAddressBytes().Length * 8)]
        : throw values.Wrong(Setting.AllowPrivateNetwork, $"'{text}' is not a network. Write one as 10.0.0.0/8 or fd00::/8, or `all`.");

    private static Uri? Url(SettingValues values, Setting setting)
    {
        if (values.Single(setting) is not { } text)
        {
            return null;
        }
        return Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.AbsolutePath == "/"
            ? url
            : throw values.Wrong(setting, $"'{text}' is not an address such as https://api.example.com (http or https, without a path).");
    }

    private static Uri GuessConsole(Uri publicUrl, List<ListenAddress> listen)
    {
        var byRule = Wire.ConsoleUrl.Of(publicUrl) is { } console ? new Uri(console) : null;
        var localConsole = byRule is { Host: "localhost", Port: 3000 };
        return byRule is not null && (!localConsole || listen.Any(l => l.Port == 3000)) ? byRule : publicUrl;
    }

    private static string? ExistingFile(SettingValues values, Setting setting) =>
        values.Single(setting) is not { } path ? null
        : File.Exists(path) ? path
        : throw values.Wrong(setting, $"there is no file '{path}'.");

    private static string? OneOf(SettingValues values, Setting setting, params string[] valid) =>
        values.Single(setting) is not { } text ? null
        : valid.Contains(text) ? text
        : throw values.Wrong(setting, $"'{text}' is not valid; it is one of: {string.Join(", ", valid)}.");
}

/// <summary>How updates save what they do.</summary>
public enum SaveMode
{
    Auto,
    Journal,
    Checkpoint,
}
