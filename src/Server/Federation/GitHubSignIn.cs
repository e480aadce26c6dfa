using System.Net.Http.Headers;
using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OAuth;

namespace Server.Federation;

/// <summary>GitHub speaks OAuth, not OpenID Connect: who somebody is, and which address is verified, is asked of its API.</summary>
public static class GitHubSignIn
{
    public static void Add(AuthenticationBuilder authentication, IdentityProvider provider) =>
        authentication.AddOAuth(
            provider.Scheme,
            options =>
            {
                options.Events = new OAuthEvents { OnCreatingTicket = created => Ask(created, provider) };
                FederationServices.Common(options, provider);
                options.AuthorizationEndpoint = provider.Issuer + "/login/oauth/authorize";
                options.TokenEndpoint = provider.Issuer + "/login/oauth/access_token";
                options.UserInformationEndpoint = provider.Api + "/user";
                options.ClientId = provider.ClientId;
                options.ClientSecret = provider.ClientSecret.Reveal();
                options.UsePkce = true;
                options.SaveTokens = false;
                options.Scope.Add("read:user");
                options.Scope.Add("user:email");
            }
        );

    private static async Task Ask(OAuthCreatingTicketContext created, IdentityProvider provider)
    {
        var user = await Get(created, provider.Api + "/user");
        var emails = await Get(created, provider.Api + "/user/emails");
        Add(created, "sub", user.GetProperty("id").GetRawText());
        Add(created, "preferred_username", Text(user, "login"));
        Add(created, "name", Text(user, "name"));
        foreach (var email in emails.EnumerateArray())
        {
            if (email.GetProperty("primary").GetBoolean() && email.GetProperty("verified").GetBoolean())
            {
                Add(created, "email", Text(email, "email"));
                Add(created, "email_verified", "true");
            }
        }
    }

    private static async Task<JsonElement> Get(OAuthCreatingTicketContext created, string address)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", created.AccessToken);
        request.Headers.Accept.ParseAdd("application/vnd.github+json");
        request.Headers.UserAgent.ParseAdd("holdfast");
        using var answer = await created.Backchannel.SendAsync(request, created.HttpContext.RequestAborted);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadFromJsonAsync<JsonElement>(created.HttpContext.RequestAborted);
    }

    private static string Text(JsonElement from, string name) =>
        from.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private static void Add(OAuthCreatingTicketContext created, string type, string value) =>
        created.Identity!.AddClaim(new Claim(type, value));
}
