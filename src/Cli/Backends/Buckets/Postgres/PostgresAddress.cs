using System.Globalization;
using Cli.Providers;
using Npgsql;

namespace Cli.Backends.Buckets.Postgres;

/// <summary>From <c>postgres://user:password@host:5432/db?table=…&amp;sslmode=…</c> and the <c>PG*</c> variables to a connection and a table.</summary>
/// <param name="Table">An identifier that needs no quotes.</param>
/// <param name="Prefix">The stock CLI takes the path, which is the database's name, for a folder as it does in buckets.</param>
internal sealed record PostgresAddress(NpgsqlConnectionStringBuilder Connection, string Table, string Prefix)
{
    private static readonly Dictionary<string, string> Settings = new(StringComparer.Ordinal)
    {
        ["user"] = "Username",
        ["password"] = "Password",
        ["host"] = "Host",
        ["port"] = "Port",
        ["dbname"] = "Database",
        ["sslmode"] = "SSL Mode",
        ["sslcert"] = "SSL Certificate",
        ["sslkey"] = "SSL Key",
        ["sslpassword"] = "SSL Password",
        ["sslrootcert"] = "Root Certificate",
        ["connect_timeout"] = "Timeout",
        ["application_name"] = "Application Name",
        ["search_path"] = "Search Path",
        ["client_encoding"] = "Client Encoding",
        ["options"] = "Options",
        ["passfile"] = "Passfile",
    };

    private static readonly (string Variable, string Setting)[] Variables =
    [
        ("PGHOST", "host"),
        ("PGPORT", "port"),
        ("PGDATABASE", "dbname"),
        ("PGUSER", "user"),
        ("PGPASSWORD", "password"),
        ("PGPASSFILE", "passfile"),
        ("PGSSLMODE", "sslmode"),
        ("PGSSLCERT", "sslcert"),
        ("PGSSLKEY", "sslkey"),
        ("PGSSLROOTCERT", "sslrootcert"),
        ("PGCONNECT_TIMEOUT", "connect_timeout"),
        ("PGAPPNAME", "application_name"),
        ("PGOPTIONS", "options"),
    ];

    public static PostgresAddress Parse(Machine machine, string url)
    {
        var address = ServiceAddress.Parse(WithoutCredentials(url, out var credentials));
        address.Allow(["table", .. Settings.Keys]);
        // Like the stock CLI's library: encryption unless it is switched off.
        var connection = new NpgsqlConnectionStringBuilder
        {
            Host = "localhost",
            SslMode = SslMode.Require,
            Username = machine.UserName(),
            ApplicationName = "pulumi",
        };
        foreach (var (variable, setting) in Variables)
        {
            Set(connection, setting, machine.Variable(variable), variable);
        }
        var (host, port) = HostAndPort(address.Host);
        Set(connection, "host", host, "host");
        Set(connection, "port", port, "port");
        Set(connection, "dbname", address.Path, "database");
        Set(connection, "user", credentials.User, "user");
        Set(connection, "password", credentials.Password, "password");
        foreach (var (name, value) in address.Query.Where(pair => pair.Key != "table"))
        {
            Set(connection, name, value, name);
        }
        return new(connection, TableIn(address), address.Prefix);
    }

    private static string TableIn(ServiceAddress address)
    {
        var table = address["table"] ?? "pulumi_state";
        return table.All(c => char.IsAsciiLetterOrDigit(c) || c == '_') && !char.IsAsciiDigit(table[0]) && table.Length <= 46
            ? table
            : throw new UserErrorException(
                $"'{table}' cannot be the name of the table; it has to consist of letters, digits and underscores (46 at most), as in ?table=pulumi_state"
            );
    }

    // A password may hold everything but a slash.
    private static string WithoutCredentials(string url, out (string? User, string? Password) credentials)
    {
        var start = url.IndexOf("://", StringComparison.Ordinal) + 3;
        var end = url.AsSpan(start).IndexOfAny('/', '?') is var stop and >= 0 ? start + stop : url.Length;
        var at = url.LastIndexOf('@', end - 1, end - start);
        if (at < 0)
        {
            credentials = (null, null);
            return url;
        }
        var parts = url[start..at].Split(':', 2);
        credentials = (Uri.UnescapeDataString(parts[0]), parts.Length == 2 ? Uri.UnescapeDataString(parts[1]) : null);
        return url[..start] + url[(at + 1)..];
    }

    private static (string Host, string? Port) HostAndPort(string text)
    {
        var colon = text.LastIndexOf(':');
        var isPort = colon >= 0 && int.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out _);
        return isPort ? (text[..colon].Trim('[', ']'), text[(colon + 1)..]) : (text.Trim('[', ']'), null);
    }

    private static void Set(NpgsqlConnectionStringBuilder connection, string setting, string? value, string source)
    {
        if (string.IsNullOrEmpty(value))
        {
            return;
        }
        try
        {
            // What others write verify-full is VerifyFull here.
            connection[Settings[setting]] = setting == "sslmode" ? value.Replace("-", "", StringComparison.Ordinal) : value;
        }
        catch (Exception problem) when (problem is ArgumentException or FormatException or OverflowException or InvalidCastException)
        {
            throw new UserErrorException($"'{value}' is no value of {source} that PostgreSQL connections know");
        }
    }
}
