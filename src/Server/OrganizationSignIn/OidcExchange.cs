using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Server.Oidc;
using Server.Saml;
using Server.Secrets;
using Server.Settings;
using Secret = Server.Auth.Secret;

namespace Server.OrganizationSignIn;

/// <summary>
/// The way to an organization's OpenID Connect provider and back: authorization code with PKCE. State, nonce and verifier follow from the secret in the
/// cookie of the browser that left, so that an answer is of use in that browser only.
/// </summary>
public sealed class OidcExchange(
    SamlStore signIns,
    Discovery discovery,
    TokenCheck check,
    OwnerKeys secrets,
    ServerSettings settings,
    TimeProvider clock
)
{
    /// <summary>What an identity of this way has as <see cref="SamlIdentity.NameIdFormat"/>.</summary>
    public const string Format = "oidc";

    private static readonly TimeSpan TimeToAnswer = TimeSpan.FromMinutes(15);

    /// <summary>Where the provider sends people back to; it must know the address.</summary>
    public string RedirectAddress(string login) => $"{ServerSettings.Address(settings.ConsoleUrl)}/login/{login}/sso/oidc/callback";

    /// <returns>The address to send the browser to.</returns>
    /// <exception cref="SamlException">The provider cannot be asked.</exception>
    public async Task<string> Begin(SamlSetup setup, SignInProvider provider, Secret browser, string returnPath, CancellationToken ct)
    {
        var endpoints = await Ask(() => discovery.SignInEndpoints(provider.Issuer, ct));
        var state = SamlSignIn.NewSecret().Reveal();
        await signIns.Begin(
            new()
            {
                Id = IdOf(state),
                OrganizationId = setup.OrganizationId,
                BrowserHash = browser.Hash(),
                RelayState = "",
                ReturnPath = returnPath,
                ExpiresMs = (clock.GetUtcNow() + TimeToAnswer).ToUnixTimeMilliseconds(),
            },
            ct
        );
        return QueryHelpers.AddQueryString(
            endpoints.Authorization.AbsoluteUri,
            new Dictionary<string, string?>
            {
                ["response_type"] = "code",
                ["response_mode"] = "query",
                ["client_id"] = provider.ClientId,
                ["redirect_uri"] = RedirectAddress(setup.Login),
                ["scope"] = "openid email profile",
                ["state"] = state,
                ["nonce"] = Derived(browser, "nonce", state),
                ["code_challenge"] = WebEncoders.Base64UrlEncode(
                    SHA256.HashData(Encoding.ASCII.GetBytes(Derived(browser, "verifier", state)))
                ),
                ["code_challenge_method"] = "S256",
            }
        );
    }

    /// <param name="issuer">The <c>iss</c> of the answer (RFC 9207); empty where it has none.</param>
    /// <returns>The sign-in with who it is, to be taken up once.</returns>
    /// <exception cref="SamlException">Why the answer is not taken.</exception>
    public async Task<(SamlSignIn SignIn, Secret Code)> Receive(
        SamlSetup setup,
        SignInProvider provider,
        Secret? browser,
        string code,
        string state,
        string issuer,
        CancellationToken ct
    )
    {
        var asked =
            await signIns.FindAsked(setup.OrganizationId, IdOf(state), ct)
            ?? throw new SamlException("It answers a request that was answered before, is too old, or is not ours.");
        if (browser is not { } own || !asked.IsOf(own))
        {
            throw new SamlException("It was asked for by another browser.");
        }
        if (issuer.Length > 0 && issuer.TrimEnd('/') != provider.Issuer.TrimEnd('/'))
        {
            throw new SamlException("It is another provider's.");
        }
        var token = await Redeem(setup, provider, own, code, state, ct);
        var identity = await Identity(provider, token, Derived(own, "nonce", state), asked.Id, ct);
        var put = await signIns.Answer(setup, asked, identity, TimeToAnswer, ct) ?? throw new SamlException("It was used before.");
        return ((await signIns.FindAnswered(setup.OrganizationId, put, ct))!, put);
    }

    private async Task<string> Redeem(
        SamlSetup setup,
        SignInProvider provider,
        Secret browser,
        string code,
        string state,
        CancellationToken ct
    )
    {
        var endpoints = await Ask(() => discovery.SignInEndpoints(provider.Issuer, ct));
        var secret = await secrets.Decrypt(provider.OrganizationId, provider.ClientSecret, SignInSettings.Purpose, ct);
        var answer = await Ask(() =>
            discovery.Post(
                endpoints.Token,
                new Dictionary<string, string>
                {
                    ["grant_type"] = "authorization_code",
                    ["code"] = code,
                    ["redirect_uri"] = RedirectAddress(setup.Login),
                    ["client_id"] = provider.ClientId,
                    ["client_secret"] = Encoding.UTF8.GetString(secret),
                    ["code_verifier"] = Derived(browser, "verifier", state),
                },
                ct
            )
        );
        try
        {
            using var json = JsonDocument.Parse(answer);
            return json.RootElement.GetProperty("id_token").GetString()!;
        }
        catch (Exception odd) when (odd is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new SamlException("The provider gave no ID token for its code. Its client has to allow the scope openid.");
        }
    }

    private async Task<SamlIdentity> Identity(SignInProvider provider, string text, string nonce, string asked, CancellationToken ct)
    {
        SubjectToken said;
        try
        {
            said = await check.Check(TokenCheck.Read(text) ?? throw new SamlException("The ID token is none."), provider.ForTokens(), ct);
        }
        catch (Exception problem) when (problem is RefusedTokenException or DiscoveryException)
        {
            throw new SamlException("The ID token is not taken: " + problem.Message + ".");
        }
        if (
            !said.Audiences.Contains(provider.ClientId)
            || (said.Audiences.Count > 1 || Claim(said, "azp").Length > 0) && Claim(said, "azp") != provider.ClientId
        )
        {
            throw new SamlException("The ID token was made for another client.");
        }
        if (!CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Claim(said, "nonce")), Encoding.UTF8.GetBytes(nonce)))
        {
            throw new SamlException("The ID token was made for another sign-in.");
        }
        if (said.Subject.Length == 0)
        {
            throw new SamlException("The ID token does not say who you are: it has no 'sub'.");
        }
        var verified =
            said.Claims.TryGetProperty("email_verified", out var flag)
            && flag.ToString().Equals("true", StringComparison.OrdinalIgnoreCase);
        var email = verified ? Claim(said, "email") : "";
        if (email.Length == 0)
        {
            throw new SamlException(
                "The provider does not say that your e-mail address is verified (the claims email and email_verified)."
            );
        }
        if (!provider.SpeaksFor(email))
        {
            throw new SamlException($"Your address {email} is of no domain that this provider may speak for here.");
        }
        return new()
        {
            // The issuer is a part of it: whoever has the same subject at another provider is somebody else.
            NameId = $"{provider.Issuer}#{Uri.EscapeDataString(said.Subject)}",
            NameIdFormat = Format,
            Attributes = new Dictionary<string, string>
            {
                ["email"] = email,
                ["firstName"] = Claim(said, "given_name"),
                ["lastName"] = Claim(said, "family_name"),
            },
            AssertionId = "oidc " + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))),
            InResponseTo = asked,
            GoodUntil = DateTimeOffset.FromUnixTimeMilliseconds(said.ExpiresMs),
            SessionUntil = null,
        };
    }

    private static string Claim(SubjectToken token, string name) =>
        token.Claims.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private static string IdOf(string state) => "oidc " + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(state)));

    private static string Derived(Secret browser, string what, string state) =>
        WebEncoders.Base64UrlEncode(
            HMACSHA256.HashData(Encoding.UTF8.GetBytes(browser.Reveal()), Encoding.UTF8.GetBytes($"{what} {state}"))
        );

    private static async Task<T> Ask<T>(Func<Task<T>> question)
    {
        try
        {
            return await question();
        }
        catch (DiscoveryException problem)
        {
            throw new SamlException("The provider " + problem.Message);
        }
    }
}
