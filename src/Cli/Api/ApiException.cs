using Wire;

namespace Cli.Api;

/// <summary>The server answered with an error.</summary>
/// <param name="error">Its body; made from the text of a body that is not JSON.</param>
/// <param name="body">The same as it came.</param>
internal sealed class ApiException(int status, ErrorResponse error, string body, string? requestId) : Exception(error.Message)
{
    public int Status => status;
    public string Body => body;

    /// <summary>What clients act on; it may differ from the status.</summary>
    public int Code => error.Code;

    /// <summary>The organization whose single sign-on wants the person to sign in again.</summary>
    public string? SamlOrganization =>
        error.Errors?.FirstOrDefault(e => e.ErrorType is "saml_reauth_required" or "saml_login_required")?.Attribute;

    /// <summary>As the stock CLI tells it, with its exit code.</summary>
    /// <param name="console">The console's address; null where none is known.</param>
    public UserErrorException AsUserError(string? console) =>
        status switch
        {
            401 when SamlOrganization is { } organization => new(
                $"SAML SSO authentication is required. Log in at:\n\n    {console}/signin/sso/{organization}/reauth\n",
                Exit.Authentication
            ),
            401 => new("this command requires logging in; try running `pulumi login` first", Exit.Authentication),
            403 => new($"[{error.Code}] {error.Message}", Exit.Authentication),
            429 => new("pulumi service: request rate-limit exceeded"),
            >= 500 when requestId is not null => new($"[{error.Code}] {error.Message} (Request ID: {requestId})"),
            _ => new($"[{error.Code}] {error.Message}"),
        };

    /// <summary>The same, where a token is tried that the person has just given.</summary>
    public UserErrorException AsLoginError(string? console) =>
        this is { Status: 401, SamlOrganization: null }
            ? new("Unauthorized: No credentials provided or are invalid.")
            : AsUserError(console);
}
