using System.Globalization;
using Server.Accounts;
using Server.Audit;
using Server.Auth;
using Server.Data;
using Server.Http;
using Server.Organizations;
using Wire;

namespace Server.Saml;

/// <summary>The published part of the API: an organization's identity provider, and the one administrator who keeps another way in.</summary>
public static class SamlEndpoints
{
    private const long LargestBody = 2 * BodyLimit.Mebibyte;

    public static void MapSaml(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/orgs/{orgName}/saml", Get).RequireMember(Permission.SamlRead);
        routes.MapPatch("/api/orgs/{orgName}/saml", Update).RequireMember(Permission.SamlUpdate).LimitBody(LargestBody);
        routes.MapGet("/api/orgs/{orgName}/saml/admins", Admins).RequireMember(Permission.SamlRead);
        routes.MapPost("/api/orgs/{orgName}/saml/admins/{userLogin}", SetAdmin).RequireMember(Permission.SamlUpdate);
    }

    private static async Task<SamlOrganization> Get(HttpContext http, SamlStore store, CancellationToken ct) =>
        Describe(await Setup(http, store, ct));

    private static async Task<SamlOrganization> Update(
        HttpContext http,
        Body<UpdateSamlOrganizationRequest> request,
        SamlStore store,
        SamlSettings settings,
        CancellationToken ct
    )
    {
        if (request.Value.NewIdpSsoDescriptor is not { } metadata)
        {
            throw ApiException.BadRequest(
                "newIdpSsoDescriptor is required: the metadata of the identity provider, or an empty text to remove it."
            );
        }
        var setup = await Setup(http, store, ct) with { Metadata = metadata.Trim() };
        if (http.Organization().Individual && setup.Metadata.Length > 0)
        {
            throw ApiException.BadRequest(SamlSettings.Individual);
        }
        await settings.Save(http, setup);
        return Describe(setup);
    }

    private static async Task<SamlAdminsResponse> Admins(HttpContext http, SamlStore store, AccountStore accounts, CancellationToken ct)
    {
        var setup = await Setup(http, store, ct);
        var admin = setup.AdminId is null ? null : await accounts.Find(setup.AdminId, ct);
        return new(admin is null ? [] : [new("", admin.Login, admin.Name)]);
    }

    private static async Task<IResult> SetAdmin(
        HttpContext http,
        string userLogin,
        SamlStore store,
        SamlSettings settings,
        AccountStore accounts,
        OrganizationStore organizations,
        CancellationToken ct
    )
    {
        var account = await accounts.FindByLogin(userLogin, ct);
        if (account is null || await organizations.Find(account.Id, http.Organization().Login, ct) is not { } membership)
        {
            throw ApiException.NotFound($"User '{userLogin}' not found");
        }
        if (!membership.IsAdmin)
        {
            throw ApiException.BadRequest(
                $"{account.Login} is no administrator of {membership.Login}; the SAML administrator is one of them."
            );
        }
        await settings.Save(http, await Setup(http, store, ct) with { AdminId = account.Id });
        return Results.NoContent();
    }

    /// <summary>Metadata that cannot be used is kept and shown with what is wrong.</summary>
    private static SamlOrganization Describe(SamlSetup setup)
    {
        var described = new SamlOrganization(new("", setup.Login, setup.Name, []), setup.Metadata);
        if (setup.Metadata.Length == 0)
        {
            return described;
        }
        try
        {
            var provider = setup.Provider();
            return described with
            {
                EntityId = provider.EntityId,
                SsoUrl = provider.SignOnUrl.AbsoluteUri,
                ValidUntil = provider.CertifiedUntil.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
                NameIdFormat = provider.NameIdFormat,
            };
        }
        catch (SamlException wrong)
        {
            return described with { ValidationError = wrong.Message };
        }
    }

    private static async Task<SamlSetup> Setup(HttpContext http, SamlStore store, CancellationToken ct) =>
        (await store.Find(http.Organization().Login, ct))!;
}

/// <summary>Changes of an organization's SAML settings.</summary>
public sealed class SamlSettings(SamlStore store, SamlBoundTokens bound, AuditStore audit, Database database)
{
    public const string Individual =
        "This is the organization of one person, who signs in himself. Make an organization for the team first.";

    /// <summary>Whoever sets SAML up first is its administrator.</summary>
    public async Task Save(HttpContext http, SamlSetup setup)
    {
        await database.Write(
            async t =>
            {
                await store.Save(t, setup with { AdminId = setup.AdminId ?? http.Caller().AccountId });
                await audit.Add(t, http.Actor(), setup.OrganizationId, AuditEvent.SamlChanged, Description(setup), stackId: null);
                return true;
            },
            http.RequestAborted
        );
        bound.Forget();
    }

    private static string Description(SamlSetup setup) =>
        setup.Metadata.Length == 0
            ? $"SAML sign-in to {setup.Login} was switched off"
            : $"SAML sign-in to {setup.Login} was changed{(setup.IdpInitiated ? "; sign-ins may begin at the identity provider" : "")}{(setup.BoundTokens ? "; tokens need a sign-in" : "")}";
}
