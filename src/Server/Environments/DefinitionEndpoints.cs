using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Server.Audit;
using Server.Auth;
using Server.Environments.Language;
using Server.Http;
using Server.Organizations;
using Wire;

namespace Server.Environments;

/// <summary>Definitions: read, written, checked, opened, and what was opened read.</summary>
public static class DefinitionEndpoints
{
    private const string VersionRoute = EnvironmentAccess.Route + "/versions/{version}";
    private const string YamlRoute = EnvironmentAccess.OrganizationRoute + "/yaml";
    private static readonly TimeSpan StandardTime = TimeSpan.FromHours(2);

    public static void MapDefinitions(this IEndpointRouteBuilder routes)
    {
        foreach (var route in (string[])[EnvironmentAccess.Route, VersionRoute])
        {
            routes.MapGet(route, Read).RequireEnvironment(Permission.EnvironmentRead);
            routes.MapGet(route + "/decrypt", Decrypt).RequireEnvironment(Permission.EnvironmentOpen);
            routes.MapPost(route + "/check", Check).RequireEnvironment(Permission.EnvironmentRead);
            routes.MapPost(route + "/open", Open).RequireEnvironment(Permission.EnvironmentOpen).AnswerDiagnostics();
        }
        routes.MapMethods(EnvironmentAccess.Route, [HttpMethods.Head], Head).RequireEnvironment(Permission.EnvironmentRead);
        routes
            .MapPatch(EnvironmentAccess.Route, Write)
            .RequireEnvironment(Permission.EnvironmentWrite)
            .AnswerDiagnostics()
            .LimitBody(DefinitionText.LargestBody);
        routes.MapGet(EnvironmentAccess.Route + "/open/{sessionId}", ReadOpened).RequireEnvironment(Permission.EnvironmentOpen);
        routes.MapPost(YamlRoute + "/check", CheckYaml).RequireMember(Permission.EnvironmentYamlOpen).LimitBody(DefinitionText.LargestBody);
        routes
            .MapPost(YamlRoute + "/open", OpenYaml)
            .RequireMember(Permission.EnvironmentYamlOpen)
            .AnswerDiagnostics()
            .LimitBody(DefinitionText.LargestBody);
        routes.MapGet(YamlRoute + "/open/{sessionId}", ReadOpenedYaml).RequireMember(Permission.EnvironmentYamlOpen);
    }

    private static async Task<IResult> Read(HttpContext http, EnvironmentActions environments, CancellationToken ct)
    {
        var revision = await Revision(http, environments, ct);
        return Yaml(http, revision, revision.Definition);
    }

    private static async Task<IResult> Head(HttpContext http, EnvironmentActions environments, CancellationToken ct)
    {
        Headers(http, await Revision(http, environments, ct));
        return Results.Ok();
    }

    private static async Task<IResult> Decrypt(
        HttpContext http,
        EnvironmentActions environments,
        SecretText secrets,
        AuditStore audit,
        CancellationToken ct
    )
    {
        var (environment, revision) = (http.Environment(), await Revision(http, environments, ct));
        var definition = Definition.Parse(environment.ShortName, revision.Definition);
        var text = await secrets.Decrypt(definition, environment.OrganizationId, environment.Id, ct);
        var what = string.Create(
            CultureInfo.InvariantCulture,
            $"Decrypted revision {revision.Number} of the environment {environment.FullName}"
        );
        await audit.Add(http.Actor(), environment.OrganizationId, AuditEvent.EnvironmentDecrypted, what, stackId: null, ct);
        return Yaml(http, revision, text);
    }

    private static async Task<EnvironmentDiagnosticsResponse> Write(
        HttpContext http,
        DefinitionText body,
        EnvironmentActions environments,
        CancellationToken ct
    )
    {
        var etag = http.Request.Headers.ETag.ToString();
        var (revision, evaluated) = await environments.Update(http.EnvironmentUser(), http.Environment(), body.Value, etag, ct);
        http.Response.Headers["Pulumi-ESC-Revision"] = revision.ToString(CultureInfo.InvariantCulture);
        return new(evaluated.Diagnostics is { Count: > 0 } warnings ? warnings : null);
    }

    private static async Task<IResult> Check(
        HttpContext http,
        bool? showSecrets,
        EnvironmentActions environments,
        EnvironmentEvaluation evaluation,
        AuditStore audit,
        CancellationToken ct
    )
    {
        var (environment, revision) = (http.Environment(), await Revision(http, environments, ct));
        if (showSecrets == true)
        {
            environment.Demand(Permission.EnvironmentOpen);
            if (!http.Caller().Limits.Permit(Permission.EnvironmentOpen))
            {
                throw ApiException.Forbidden("This token reads no secrets. Use one that does, or leave out showSecrets.");
            }
        }
        // Without its secrets, what is stored may be looked at by all who may read it.
        var evaluated = await evaluation.Check(
            http.EnvironmentUser() with
            {
                ImportsNeed = showSecrets == true ? Permission.EnvironmentOpen : Permission.EnvironmentRead,
            },
            Definition.Parse(environment.ShortName, revision.Definition),
            environment.Id,
            ct
        );
        return await Checked(http, evaluated, showSecrets == true, "the environment " + environment.FullName, audit, ct);
    }

    private static async Task<IResult> CheckYaml(
        HttpContext http,
        DefinitionText body,
        bool? showSecrets,
        EnvironmentEvaluation evaluation,
        AuditStore audit,
        CancellationToken ct
    )
    {
        var definition = Definition.Parse(EnvironmentEvaluation.Anonymous, body.Value);
        var evaluated = await evaluation.Check(http.EnvironmentUser(), definition, environmentId: null, ct);
        return await Checked(http, evaluated, showSecrets == true, "an anonymous environment", audit, ct);
    }

    private static async Task<IResult> Checked(
        HttpContext http,
        Evaluated evaluated,
        bool showSecrets,
        string what,
        AuditStore audit,
        CancellationToken ct
    )
    {
        if (showSecrets)
        {
            await audit.Add(
                http.Actor(),
                http.Organization().Id,
                AuditEvent.EnvironmentOpened,
                $"Evaluated {what} with its secrets",
                null,
                ct
            );
        }
        return Results.Bytes(EvaluatedJson.Write(evaluated, showSecrets, check: true), "application/json");
    }

    private static async Task<OpenEnvironmentResponse> Open(
        HttpContext http,
        string? duration,
        EnvironmentActions environments,
        EnvironmentEvaluation evaluation,
        CancellationToken ct
    )
    {
        var (environment, revision) = (http.Environment(), await Revision(http, environments, ct));
        var definition = Definition.Parse(environment.ShortName, revision.Definition);
        return new(await evaluation.Open(http.EnvironmentUser(), definition, environment, GoDuration.Parse(duration, StandardTime), ct));
    }

    private static async Task<OpenEnvironmentResponse> OpenYaml(
        HttpContext http,
        DefinitionText body,
        string? duration,
        string? environmentOverrides,
        EnvironmentEvaluation evaluation,
        CancellationToken ct
    )
    {
        var definition = Definition.Parse(EnvironmentEvaluation.Anonymous, body.Value);
        var time = GoDuration.Parse(duration, StandardTime);
        return new(await evaluation.Open(http.EnvironmentUser(), definition, null, time, ct, Overrides(environmentOverrides)));
    }

    private static Task<IResult> ReadOpened(
        HttpContext http,
        string sessionId,
        string? property,
        EnvironmentEvaluation evaluation,
        CancellationToken ct
    ) => Opened(http, http.Environment(), sessionId, property, evaluation, ct);

    private static Task<IResult> ReadOpenedYaml(
        HttpContext http,
        string sessionId,
        string? property,
        EnvironmentEvaluation evaluation,
        CancellationToken ct
    ) => Opened(http, null, sessionId, property, evaluation, ct);

    private static async Task<IResult> Opened(
        HttpContext http,
        StoredEnvironment? environment,
        string sessionId,
        string? property,
        EnvironmentEvaluation evaluation,
        CancellationToken ct
    )
    {
        var problem = "";
        var path = string.IsNullOrEmpty(property) ? [] : PropertyPath.Parse(property, out problem);
        if (path is null)
        {
            throw ApiException.BadRequest($"'{property}' is no property path: {problem}.");
        }
        var json = await evaluation.Read(http.EnvironmentUser(), environment, sessionId, ct);
        if (path.Count == 0)
        {
            return Results.Bytes(json, "application/json");
        }
        using var document = JsonDocument.Parse(json, new() { MaxDepth = 512 });
        return OpenedValue.Find(document.RootElement, path) is { } found
            ? Results.Text(found.GetRawText(), "application/json")
            : throw ApiException.NotFound($"The environment has no property {property}");
    }

    private static Dictionary<string, string>? Overrides(string? text)
    {
        try
        {
            return string.IsNullOrEmpty(text)
                ? null
                : JsonSerializer
                    .Deserialize(WebEncoders.Base64UrlDecode(text), WireJson.Default.DictionaryStringString)
                    ?.ToDictionary(o => o.Key, o => o.Value ?? "");
        }
        catch (Exception odd) when (odd is FormatException or JsonException or ArgumentException)
        {
            throw ApiException.BadRequest("environmentOverrides is a JSON map of environments in base64url.");
        }
    }

    private static Task<StoredRevision> Revision(HttpContext http, EnvironmentActions environments, CancellationToken ct) =>
        environments.Revision(http.Environment(), (string?)http.GetRouteValue("version"), ct);

    private static IResult Yaml(HttpContext http, StoredRevision revision, string text)
    {
        Headers(http, revision);
        return Results.Text(text, "application/x-yaml", Encoding.UTF8);
    }

    private static void Headers(HttpContext http, StoredRevision revision)
    {
        http.Response.Headers.ETag = revision.ETag;
        http.Response.Headers["Pulumi-ESC-Revision"] = revision.Number.ToString(CultureInfo.InvariantCulture);
    }
}
