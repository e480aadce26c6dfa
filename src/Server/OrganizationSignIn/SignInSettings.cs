using System.Text;
using Server.Audit;
using Server.Auth;
using Server.Data;
using Server.Oidc;
using Server.Organizations;
using Server.Saml;
using Server.Secrets;

namespace Server.OrganizationSignIn;

/// <summary>An administrator of an organization says where its people sign in.</summary>
public sealed class SignInSettings(
    SignInProviderStore store,
    Discovery discovery,
    IssuerKeys keys,
    OwnerKeys secrets,
    AuditStore audit,
    Database database
)
{
    public const string Purpose = "sign-in-provider";
    private const int LongestText = 500;

    /// <param name="secret">Null and empty leave the one that is there.</param>
    /// <param name="domains">With commas or spaces between.</param>
    /// <exception cref="ApiException">400: what is wrong, or why the provider could not be asked.</exception>
    public async Task Save(
        Organization organization,
        string? issuer,
        string? clientId,
        string? secret,
        string? domains,
        Actor actor,
        CancellationToken ct
    )
    {
        organization.Demand(Permission.SamlUpdate);
        if (organization.Individual)
        {
            throw ApiException.BadRequest(SamlSettings.Individual);
        }
        var before = await store.Find(organization.Id, ct);
        var url = Text(issuer, "The issuer").TrimEnd('/');
        var client = Text(clientId, "The client ID");
        if (discovery.Problem(url) is { } problem)
        {
            throw ApiException.BadRequest(problem.Replace("url: ", "The issuer: ", StringComparison.Ordinal));
        }
        if (string.IsNullOrEmpty(secret) && before is null)
        {
            throw ApiException.BadRequest("The client secret is missing. The provider shows it when the client is made there.");
        }
        var endpoints = await Ask(() => discovery.SignInEndpoints(url, ct));
        var allowed = (domains ?? "")
            .Split((char[])[',', ' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries)
            .Select(d => d.TrimStart('@').ToLowerInvariant())
            .Distinct()
            .ToList();
        if (allowed.Find(d => d.Length > 253 || Uri.CheckHostName(d) != UriHostNameType.Dns) is { } odd)
        {
            throw ApiException.BadRequest($"'{odd}' is no domain of e-mail addresses, such as example.com.");
        }
        var encrypted = string.IsNullOrEmpty(secret)
            ? before!.ClientSecret
            : await secrets.Encrypt(organization.Id, Encoding.UTF8.GetBytes(Text(secret, "The client secret")), Purpose, ct);
        var provider = new SignInProvider
        {
            OrganizationId = organization.Id,
            Issuer = endpoints.Issuer,
            ClientId = client,
            ClientSecret = encrypted,
            Domains = string.Join(' ', allowed),
        };
        await Write(
            organization,
            actor,
            $"Sign-in with OpenID Connect to {organization.Login} is with {provider.Issuer}{(allowed.Count > 0 ? ", for " + string.Join(", ", allowed) : "")}",
            t => store.Save(t, provider),
            ct
        );
        keys.Forget(provider.ForTokens().Id);
    }

    public Task Remove(Organization organization, Actor actor, CancellationToken ct)
    {
        organization.Demand(Permission.SamlUpdate);
        return Write(
            organization,
            actor,
            $"Sign-in with OpenID Connect to {organization.Login} was switched off",
            t => store.Delete(t, organization.Id),
            ct
        );
    }

    private Task<bool> Write(Organization organization, Actor actor, string what, Func<Transaction, Task> change, CancellationToken ct) =>
        database.Write(
            async transaction =>
            {
                await change(transaction);
                await audit.Add(transaction, actor, organization.Id, AuditEvent.SignInProviderChanged, what, stackId: null);
                return true;
            },
            ct
        );

    private static async Task<T> Ask<T>(Func<Task<T>> question)
    {
        try
        {
            return await question();
        }
        catch (DiscoveryException problem)
        {
            throw ApiException.BadRequest("The issuer " + problem.Message);
        }
    }

    private static string Text(string? text, string what) =>
        (text ?? "").Trim() is { Length: > 0 and <= LongestText } fits && !fits.Any(char.IsControl)
            ? fits
            : throw ApiException.BadRequest($"{what} has 1 to {LongestText} characters.");
}
