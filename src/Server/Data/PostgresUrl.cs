using Npgsql;

namespace Server.Data;

/// <summary>Turns <c>postgres://user:password@host:5432/database?sslmode=require</c> into what Npgsql understands.</summary>
public static class PostgresUrl
{
    /// <exception cref="FormatException">With a sentence for the person who wrote the setting; it never repeats the password.</exception>
    public static string Parse(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("postgres" or "postgresql"))
        {
            throw new FormatException(
                "The database must look like postgres://user:password@host:5432/database. Leave it out to use SQLite."
            );
        }
        var user = uri.UserInfo.Split(':', 2);
        var settings = new NpgsqlConnectionStringBuilder
        {
            Host = uri.Host.Length == 0 ? "localhost" : uri.Host,
            Port = uri.Port > 0 ? uri.Port : 5432,
            Database = Uri.UnescapeDataString(uri.AbsolutePath.TrimStart('/')),
            Username = user[0].Length == 0 ? null : Uri.UnescapeDataString(user[0]),
            Password = user.Length == 2 ? Uri.UnescapeDataString(user[1]) : null,
        };
        foreach (var pair in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value) = pair.Split('=', 2) is [var n, var v] ? (Uri.UnescapeDataString(n), Uri.UnescapeDataString(v)) : (pair, "");
            try
            {
                // libpq writes verify-full where Npgsql writes VerifyFull.
                settings[name] = name == "sslmode" ? value.Replace("-", "", StringComparison.Ordinal) : value;
            }
            catch (ArgumentException)
            {
                throw new FormatException(
                    $"The database address has a parameter '{name}' with a value that PostgreSQL connections do not know."
                );
            }
        }
        return settings.ToString();
    }
}
