namespace Wire;

/// <summary>
/// Where the console of an API lives, by the stock CLI's rules; a path in the API's address is dropped. Both sides need it: the CLI to
/// find the console, the server to say in advance whether a CLI will.
/// </summary>
public static class ConsoleUrl
{
    /// <param name="api">The API's address, for instance <c>https://api.example.com</c>.</param>
    /// <param name="consoleDomain">The value of <c>PULUMI_CONSOLE_DOMAIN</c>, which beats every rule.</param>
    /// <returns>Without a trailing slash; null where no rule fits: then there is no browser login and there are no links.</returns>
    public static string? Of(Uri api, string? consoleDomain = null)
    {
        if (!string.IsNullOrEmpty(consoleDomain))
        {
            return $"{api.Scheme}://{consoleDomain}";
        }
        var authority = api.IsDefaultPort ? api.Host : $"{api.Host}:{api.Port}";
        if (authority.StartsWith("api.", StringComparison.OrdinalIgnoreCase))
        {
            return $"{api.Scheme}://app.{authority["api.".Length..]}";
        }
        return authority.Equals("localhost:8080", StringComparison.OrdinalIgnoreCase) ? $"{api.Scheme}://localhost:3000" : null;
    }
}
