using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;

namespace Server.Scim;

/// <summary>Gives every error below <c>/scim</c> the body that directories read.</summary>
public static class ScimErrors
{
    public const string ContentType = "application/scim+json";

    public static bool IsScim(this HttpContext http) => http.Request.Path.StartsWithSegments("/scim", StringComparison.Ordinal);

    public static IApplicationBuilder UseScimErrors(this IApplicationBuilder app) => app.Use(Answer);

    private static async Task Answer(HttpContext http, RequestDelegate next)
    {
        try
        {
            await next(http);
            if (http.Response is { HasStarted: false, StatusCode: >= 400, ContentType: null })
            {
                await Write(http, http.Response.StatusCode, null, Detail(http));
            }
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client hung up; there is nobody to answer.
        }
        catch (ScimException expected) when (!http.Response.HasStarted)
        {
            await Write(http, expected.Status, expected.Kind, expected.Message);
        }
        catch (Auth.ApiException expected) when (!http.Response.HasStarted)
        {
            await Write(http, expected.Status, null, expected.Sentence);
        }
        catch (BadHttpRequestException refused) when (!http.Response.HasStarted)
        {
            await Write(http, refused.StatusCode, null, refused.Message);
        }
        catch (Exception odd) when (odd is JsonException or InvalidDataException && !http.Response.HasStarted)
        {
            await Write(http, 400, "invalidSyntax", "The body is not JSON: " + odd.Message);
        }
        catch (Exception bug) when (!http.Response.HasStarted)
        {
            var log = http.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger("Server.Scim");
            log.LogError(bug, "{Method} {Path} failed (request {Id})", http.Request.Method, http.Request.Path, http.TraceIdentifier);
            await Write(http, 500, null, $"This is a fault of the server. Its log has the details under request {http.TraceIdentifier}.");
        }
    }

    private static string Detail(HttpContext http) =>
        http.Response.StatusCode switch
        {
            401 =>
                "The token is missing, was replaced, or is another organization's. An administrator makes one in the organization's settings.",
            404 => "There is nothing at this address. Take the address of the organization's settings, with /Users or /Groups after it.",
            405 when http.Request.Path.Value!.Contains("/Users/", StringComparison.Ordinal) =>
                "Users are not deleted: set active to false, which takes all access at once.",
            var status => ReasonPhrases.GetReasonPhrase(status),
        };

    private static Task Write(HttpContext http, int status, string? kind, string detail)
    {
        http.Response.StatusCode = status;
        var body = new JsonObject
        {
            ["schemas"] = new JsonArray(ScimSchemas.Error),
            ["status"] = status.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["detail"] = detail,
        };
        if (kind is not null)
        {
            body["scimType"] = kind;
        }
        http.Response.ContentType = ContentType;
        return http.Response.WriteAsync(body.ToJsonString());
    }
}
