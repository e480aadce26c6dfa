namespace Cli.Auth;

/// <summary>The address that a person gave, in one of three ways.</summary>
internal static class GivenUrl
{
    public static string? Of(string? argument, string? cloudUrl, bool local)
    {
        if (!string.IsNullOrEmpty(argument) && !string.IsNullOrEmpty(cloudUrl))
        {
            throw new UserErrorException("only one of --cloud-url or argument URL may be specified, not both");
        }
        var url = string.IsNullOrEmpty(argument) ? cloudUrl : argument;
        if (!local)
        {
            return string.IsNullOrEmpty(url) ? null : url;
        }
        return string.IsNullOrEmpty(url)
            ? BackendUrl.Home
            : throw new UserErrorException("a URL may not be specified when --local mode is enabled");
    }
}
