namespace Cli.Providers;

/// <summary>The address of a bucket or of a key, <c>scheme://host/path?query</c>, taken apart as it stands: names keep their case.</summary>
internal sealed record ServiceAddress(string Scheme, string Host, string Path, IReadOnlyDictionary<string, string> Query)
{
    public static ServiceAddress Parse(string url)
    {
        var (scheme, rest) = Cut(url, "://");
        var (place, query) = Cut(rest, "?");
        var (host, path) = Cut(place, "/");
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value) = Cut(pair, "=");
            parameters.TryAdd(Text(name), Text(value));
        }
        return new(scheme, Uri.UnescapeDataString(host), Uri.UnescapeDataString(path).TrimStart('/'), parameters);
    }

    /// <returns>Null when it is not there, or empty.</returns>
    public string? this[string name] => Query.TryGetValue(name, out var value) && value.Length > 0 ? value : null;

    /// <summary>Host and path, which together name a key.</summary>
    public string Name =>
        Host.Length == 0 ? Path
        : Path.Length == 0 ? Host
        : $"{Host}/{Path}";

    /// <summary>The folder inside of a bucket: empty, or with a slash at its end.</summary>
    public string Prefix => Path.Length == 0 || Path.EndsWith('/') ? Path : Path + "/";

    /// <summary>Refuses parameters that mean nothing here: they would be typing errors.</summary>
    public void Allow(params IEnumerable<string> names)
    {
        if (Query.Keys.FirstOrDefault(name => !names.Contains(name)) is { } unknown)
        {
            throw new UserErrorException($"unknown query parameter \"{unknown}\" (supported: {string.Join(", ", names)})");
        }
    }

    public bool IsOn(string name) =>
        Query.TryGetValue(name, out var value)
        && (
            ParseBool(value)
            ?? throw new UserErrorException($"invalid value for query parameter \"{name}\": \"{value}\" is neither true nor false")
        );

    private static bool? ParseBool(string value) =>
        value switch
        {
            "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
            "0" or "f" or "F" or "false" or "FALSE" or "False" => false,
            _ => null,
        };

    private static string Text(string escaped) => Uri.UnescapeDataString(escaped.Replace('+', ' '));

    private static (string Before, string After) Cut(string text, string separator) =>
        text.IndexOf(separator, StringComparison.Ordinal) is var at and >= 0 ? (text[..at], text[(at + separator.Length)..]) : (text, "");
}
