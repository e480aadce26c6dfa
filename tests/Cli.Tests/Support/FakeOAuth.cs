using System.Collections.Concurrent;
using System.Web;
using Microsoft.AspNetCore.Http;

namespace Cli.Tests.Support;

/// <summary>Makes a <see cref="FakeCloud"/> an authorization server that gives what a test announces.</summary>
internal sealed class FakeOAuth
{
    public const string Good =
        """{"access_token":"good","issued_token_type":"t","token_type":"token","expires_in":3600,"scope":"","refresh_token":"pulr-1"}""";

    private readonly FakeCloud _cloud;

    public FakeOAuth(FakeCloud cloud)
    {
        _cloud = cloud;
        Issuer = cloud.Url;
        cloud.Special = Answer;
    }

    public string Issuer { get; set; }

    /// <summary>The answers to POST /api/oauth/token, in order; an error's name or a grant.</summary>
    public ConcurrentQueue<string> Grants { get; } = [];

    /// <summary>The forms that arrived there.</summary>
    public IEnumerable<System.Collections.Specialized.NameValueCollection> Forms =>
        _cloud
            .Requests.Where(r => r.Line.EndsWith("/oauth/token", StringComparison.Ordinal))
            .Select(r => HttpUtility.ParseQueryString(r.Body));

    private async Task<bool> Answer(HttpContext http)
    {
        var url = _cloud.Url;
        var (status, body) = http.Request.Path.Value switch
        {
            "/.well-known/oauth-authorization-server" => (
                200,
                $$"""{"issuer":"{{Issuer}}","authorization_endpoint":"{{url}}/oauth/authorize","token_endpoint":"{{url}}/api/oauth/token","device_authorization_endpoint":"{{url}}/api/oauth/device","revocation_endpoint":"{{url}}/api/oauth/revoke","introspection_endpoint":"{{url}}/i","response_types_supported":["code"],"grant_types_supported":["authorization_code","urn:ietf:params:oauth:grant-type:device_code"],"code_challenge_methods_supported":["S256"],"token_endpoint_auth_methods_supported":["none"],"authorization_response_iss_parameter_supported":true}"""
            ),
            "/api/oauth/device" => (
                200,
                $$"""{"device_code":"dev","user_code":"BCDF-GHJK","verification_uri":"{{url}}/device","verification_uri_complete":"{{url}}/device?user_code=BCDF-GHJK","expires_in":600,"interval":5}"""
            ),
            "/api/oauth/revoke" => (200, ""),
            "/api/oauth/token" when Grants.TryDequeue(out var next) => next.StartsWith('{')
                ? (200, next)
                : (400, $$"""{"error":"{{next}}"}"""),
            _ => (0, ""),
        };
        if (status == 0)
        {
            return false;
        }
        http.Response.StatusCode = status;
        await http.Response.WriteAsync(body);
        return true;
    }
}
