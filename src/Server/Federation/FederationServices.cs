using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;
using Server.Http;
using Server.Settings;

namespace Server.Federation;

/// <summary>
/// One scheme for each provider, with a callback address of its own, so that an answer of one is never taken for another's. State, nonce and PKCE belong
/// to the browser that left.
/// </summary>
public static class FederationServices
{
    public const string ExternalScheme = "external";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    public static void AddFederation(this IServiceCollection services, AuthenticationBuilder authentication, ServerSettings settings)
    {
        services.AddSingleton<LinkedIdentityStore>();
        services.AddScoped<FederatedSignIn>();
        authentication.AddCookie(
            ExternalScheme,
            options =>
            {
                options.Cookie = new HostCookie("holdfast-external") { SameSite = SameSiteMode.Lax };
                options.ExpireTimeSpan = TimeSpan.FromMinutes(5);
                options.SlidingExpiration = false;
            }
        );
        foreach (var provider in settings.Federation.Providers)
        {
            if (provider.GitHub)
            {
                GitHubSignIn.Add(authentication, provider);
            }
            else
            {
                authentication.AddOpenIdConnect(provider.Scheme, options => Configure(options, provider));
            }
        }
    }

    /// <summary>Whatever goes wrong on the way ends on the sign-in page, without details that the other side chose.</summary>
    internal static void Common(RemoteAuthenticationOptions options, IdentityProvider provider)
    {
        options.SignInScheme = ExternalScheme;
        options.CallbackPath = provider.CallbackPath;
        options.CorrelationCookie = OfOneSignIn("holdfast-correlation-");
        options.RemoteAuthenticationTimeout = Patience;
        options.Events ??= new RemoteAuthenticationEvents();
        options.Events.OnRemoteFailure = failed =>
        {
            failed
                .HttpContext.RequestServices.GetRequiredService<ILogger<FederatedSignIn>>()
                .LogWarning("Sign-in with {Provider} failed: {Problem}", provider.Name, failed.Failure?.GetType().Name);
            failed.Response.Redirect(SignInProblem.Page(SignInProblem.Refused));
            failed.HandleResponse();
            return Task.CompletedTask;
        };
    }

    /// <summary>Lax, since the answer comes by GET from another site.</summary>
    private static HostCookie OfOneSignIn(string name) => new(name) { SameSite = SameSiteMode.Lax, Expiration = Patience };

    private static void Configure(OpenIdConnectOptions options, IdentityProvider provider)
    {
        options.Events = new OpenIdConnectEvents { OnMessageReceived = received => CheckIssuer(received, provider) };
        Common(options, provider);
        options.Authority = provider.Issuer;
        options.RequireHttpsMetadata = provider.Address.Scheme == "https";
        options.ClientId = provider.ClientId;
        options.ClientSecret = provider.ClientSecret.Reveal();
        options.ResponseType = OpenIdConnectResponseType.Code;
        options.ResponseMode = OpenIdConnectResponseMode.Query;
        options.UsePkce = true;
        options.NonceCookie = OfOneSignIn("holdfast-nonce-");
        options.MapInboundClaims = false;
        options.SaveTokens = false;
        options.GetClaimsFromUserInfoEndpoint = false; // what decides is signed
        options.DisableTelemetry = true;
        options.Scope.Clear();
        options.Scope.Add("openid");
        options.Scope.Add("email");
        options.Scope.Add("profile");
        options.TokenValidationParameters.ValidAlgorithms =
        [
            SecurityAlgorithms.RsaSha256,
            SecurityAlgorithms.RsaSha384,
            SecurityAlgorithms.RsaSha512,
            SecurityAlgorithms.RsaSsaPssSha256,
            SecurityAlgorithms.EcdsaSha256,
            SecurityAlgorithms.EcdsaSha384,
        ];
    }

    /// <summary>RFC 9207: the answer says whose it is, where the provider can.</summary>
    private static Task CheckIssuer(MessageReceivedContext received, IdentityProvider provider)
    {
        if (received.ProtocolMessage.Iss is { Length: > 0 } issuer && issuer.TrimEnd('/') != provider.Issuer)
        {
            received.Fail("The answer is another provider's.");
        }
        return Task.CompletedTask;
    }
}
