namespace Cli.Auth;

/// <summary>What the user typed after <c>pulumi login</c>.</summary>
internal sealed record LoginRequest(string? Argument, string? CloudUrl, bool Local)
{
    public string DefaultOrganization { get; init; } = "";
    public bool Insecure { get; init; }
    public bool PickAccount { get; init; }
    public bool TokenFromInput { get; init; }
    public OidcChoice Oidc { get; init; } = new("", "", "", "", "");

    /// <returns>The one URL that was given in one of three ways, as it was written; null when there is none.</returns>
    public string? GivenUrl()
    {
        if (Argument is { Length: > 0 } && CloudUrl is { Length: > 0 })
        {
            throw new UserErrorException("only one of --cloud-url or argument URL may be specified, not both");
        }
        var url = Argument is { Length: > 0 } ? Argument : CloudUrl;
        if (Local && url is { Length: > 0 })
        {
            throw new UserErrorException("a URL may not be specified when --local mode is enabled");
        }
        url = Local ? BackendUrl.Local : url;
        return url is not { Length: > 0 } ? null
            : OperatingSystem.IsWindows() && BackendUrl.IsFile(url) ? url.Replace('\\', '/')
            : url;
    }
}

/// <summary>The <c>--oidc-*</c> flags, empty where not given.</summary>
internal sealed record OidcChoice(string Token, string Organization, string Team, string User, string Expiration)
{
    public bool IsGiven => Token.Length > 0 || Organization.Length > 0 || Team.Length > 0 || User.Length > 0 || Expiration.Length > 0;
}
