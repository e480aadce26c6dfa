using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenIddict.Abstractions;
using Support;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Server.Tests.OrganizationSignIn;

/// <summary>A provider that is not of our making: OpenIddict on a loopback port, with one client and one person who is signed in there.</summary>
internal sealed class OpenIddictProvider : IAsyncDisposable
{
    public const string ClientId = "holdfast-client";
    public const string ClientSecret = "client secret of the provider";

    private readonly WebApplication _app;

    private OpenIddictProvider(WebApplication app, string url) => (_app, Url) = (app, url);

    public string Url { get; }

    public static async Task<OpenIddictProvider> Start(string email)
    {
        var url = $"http://127.0.0.1:{TestServer.FreePort()}";
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddRouting();
        builder
            .Services.AddOpenIddict()
            .AddServer(options =>
            {
                options.SetIssuer(new Uri(url));
                options.SetAuthorizationEndpointUris("connect/authorize").SetTokenEndpointUris("connect/token");
                options.AllowAuthorizationCodeFlow().RequireProofKeyForCodeExchange();
                options.RegisterScopes("email", "profile");
                options.AddEphemeralEncryptionKey().AddEphemeralSigningKey();
                options.EnableDegradedMode(); // clients and people are the handlers below, not rows of a store
                options.UseAspNetCore().DisableTransportSecurityRequirement();
                options.AddEventHandler<ValidateAuthorizationRequestContext>(h => h.UseInlineHandler(Known));
                options.AddEventHandler<ValidateTokenRequestContext>(h => h.UseInlineHandler(Authenticated));
                options.AddEventHandler<HandleAuthorizationRequestContext>(h => h.UseInlineHandler(c => SignedIn(c, email)));
            });
        var app = builder.Build();
        app.Urls.Add(url);
        app.UseRouting();
        app.UseAuthentication();
        await app.StartAsync();
        return new(app, url);
    }

    /// <summary>As a machine gets one that signs in there.</summary>
    public async Task<string> IdToken()
    {
        const string verifier = "a-verifier-of-forty-three-characters-or-more";
        const string back = "http://127.0.0.1/back";
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        var challenge = WebEncoders.Base64UrlEncode(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));
        var answer = await client.GetAsync(
            $"{Url}/connect/authorize?response_type=code&client_id={ClientId}&redirect_uri={back}&scope=openid&code_challenge={challenge}&code_challenge_method=S256"
        );
        var code = QueryHelpers.ParseQuery(answer.Headers.Location!.Query)["code"].ToString();
        var redeemed = await client.PostAsync(
            Url + "/connect/token",
            new FormUrlEncodedContent(
                new Dictionary<string, string>
                {
                    ["grant_type"] = "authorization_code",
                    ["code"] = code,
                    ["redirect_uri"] = back,
                    ["client_id"] = ClientId,
                    ["client_secret"] = ClientSecret,
                    ["code_verifier"] = verifier,
                }
            )
        );
        return (string)JsonNode.Parse(await redeemed.Content.ReadAsStringAsync())!["id_token"]!;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static ValueTask Known(ValidateAuthorizationRequestContext context)
    {
        if (context.ClientId != ClientId)
        {
            context.Reject(OpenIddictConstants.Errors.InvalidClient);
        }
        return default;
    }

    private static ValueTask Authenticated(ValidateTokenRequestContext context)
    {
        if (context.ClientId != ClientId || context.ClientSecret != ClientSecret)
        {
            context.Reject(OpenIddictConstants.Errors.InvalidClient);
        }
        return default;
    }

    private static ValueTask SignedIn(HandleAuthorizationRequestContext context, string email)
    {
        var identity = new ClaimsIdentity("test");
        identity.SetClaim(OpenIddictConstants.Claims.Subject, "a person@there");
        identity.SetClaim(OpenIddictConstants.Claims.Email, email);
        identity.SetClaim(OpenIddictConstants.Claims.EmailVerified, true);
        identity.SetClaim(OpenIddictConstants.Claims.GivenName, "Joe");
        identity.SetScopes(context.Request.GetScopes());
        identity.SetDestinations(_ => [OpenIddictConstants.Destinations.IdentityToken]);
        context.Principal = new(identity);
        return default;
    }
}
