using System.Net;
using System.Text;
using System.Text.Json;
using Wire;

namespace Cli.Api;

/// <summary>What an answer that is no success means for the user.</summary>
internal static class Refusals
{
    /// <param name="console">The server's web address, empty when unknown.</param>
    public static UserErrorException Describe(HttpResponseMessage response, byte[] body, string console)
    {
        var error = Read(response.StatusCode, body);
        var text = $"[{error.Code}] {error.Message}";
        return response.StatusCode switch
        {
            HttpStatusCode.Unauthorized => SingleSignOn(error, console) ?? RequiresLogin(),
            HttpStatusCode.Forbidden => new UserErrorException(text, Exit.Authentication),
            HttpStatusCode.TooManyRequests => new UserErrorException("pulumi service: request rate-limit exceeded"),
            >= HttpStatusCode.InternalServerError => new UserErrorException(text + RequestId(response)),
            _ => new UserErrorException(text),
        };
    }

    /// <returns>Null when the refusal is not about single sign-on.</returns>
    public static UserErrorException? SingleSignOn(byte[] body, string console) =>
        SingleSignOn(Read(HttpStatusCode.Unauthorized, body), console);

    private static UserErrorException? SingleSignOn(ErrorResponse error, string console)
    {
        var organization = error
            .Errors?.FirstOrDefault(item =>
                item.ErrorType is "saml_reauth_required" or "saml_login_required" && item.Attribute is { Length: > 0 }
            )
            ?.Attribute;
        return organization is null
            ? null
            : new UserErrorException(
                $"SAML SSO authentication is required. Log in at:\n\n    {console}/signin/sso/{organization}/reauth\n",
                Exit.Authentication
            );
    }

    private static UserErrorException RequiresLogin() =>
        new("this command requires logging in; try running `pulumi login` first", Exit.Authentication);

    private static string RequestId(HttpResponseMessage response) =>
        response.Headers.TryGetValues("X-Pulumi-Request-ID", out var ids) && ids.FirstOrDefault() is { Length: > 0 } id
            ? $" (Request ID: {id})"
            : "";

    // The code inside the body counts; a body that is not JSON is the message itself.
    private static ErrorResponse Read(HttpStatusCode status, byte[] body)
    {
        try
        {
            if (JsonSerializer.Deserialize(body, WireJson.Default.ErrorResponse) is { } error)
            {
                return error;
            }
        }
        catch (JsonException)
        {
            // Then it is text.
        }
        return new ErrorResponse((int)status, Encoding.UTF8.GetString(body).Trim());
    }
}
