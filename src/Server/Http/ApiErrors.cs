using Microsoft.AspNetCore.WebUtilities;
using Server.Auth;
using Server.Data;
using Wire;

namespace Server.Http;

/// <summary>
/// Gives every error of the API its body, whoever caused it: an endpoint, routing (404, 405), authentication, the web server (413) or a bug.
/// </summary>
public static class ApiErrors
{
    /// <summary>Read by programs like the API is: with a token, and with errors as JSON.</summary>
    public const string Metrics = "/metrics";

    public static bool IsApi(this HttpContext http) =>
        http.Request.Path.StartsWithSegments("/api", StringComparison.Ordinal) || http.Request.Path == Metrics;

    public static IApplicationBuilder UseApiErrors(this IApplicationBuilder app) => app.Use(Answer);

    private static async Task Answer(HttpContext http, RequestDelegate next)
    {
        try
        {
            await next(http);
            if (http.Response is { HasStarted: false, StatusCode: >= 400, ContentType: null })
            {
                await Write(http, http.Response.StatusCode, MessageOf(http));
            }
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client hung up; there is nobody to answer.
        }
        catch (ApiException expected) when (!http.Response.HasStarted)
        {
            await Write(http, expected.Status, expected.Message);
        }
        catch (BadHttpRequestException refused) when (!http.Response.HasStarted)
        {
            await Write(http, refused.StatusCode, $"{ReasonPhrases.GetReasonPhrase(refused.StatusCode)}: {refused.Message}");
        }
        catch (InvalidDataException notGzip) when (!http.Response.HasStarted)
        {
            await Write(http, 400, $"Bad Request: The body is not what its Content-Encoding says: {notGzip.Message}");
        }
        catch (System.Data.Common.DbException odd) when (odd.SqlState == "22021" && !http.Response.HasStarted)
        {
            await Write(http, 400, "Bad Request: The request contains a NUL character, which no text here may have.");
        }
        catch (System.Data.Common.DbException full) when (full.IsDiskFull() && !http.Response.HasStarted)
        {
            Log(http).LogError(full, "{Method} {Path} failed: the database cannot write", http.Request.Method, http.Request.Path);
            await Write(
                http,
                507,
                "Insufficient Storage: The server cannot write to its disk, which is probably full. Nothing of this request was saved; "
                    + "all that was saved before is kept. Free some space there: the server goes on by itself."
            );
        }
        catch (Exception bug) when (!http.Response.HasStarted)
        {
            Log(http).LogError(bug, "{Method} {Path} failed (request {Id})", http.Request.Method, http.Request.Path, http.TraceIdentifier);
            await Write(
                http,
                500,
                $"Internal Server Error: This is a fault of the server, not yours. Its log has the details under request {http.TraceIdentifier}."
            );
        }
    }

    private static string MessageOf(HttpContext http)
    {
        var status = http.Response.StatusCode;
        return status switch
        {
            401 => ApiException.Unauthorized().Message,
            403 => "Forbidden: This takes the access token of a site administrator.",
            404 => $"Not Found: This server has nothing at {http.Request.Path}.",
            405 => $"Method Not Allowed: {http.Request.Path} does not take {http.Request.Method}, but {http.Response.Headers.Allow}.",
            413 => "Payload Too Large: The body is larger than this call takes.",
            415 => "Unsupported Media Type: Send the body plain or with Content-Encoding: gzip.",
            _ => ReasonPhrases.GetReasonPhrase(status),
        };
    }

    private static Task Write(HttpContext http, int status, string message)
    {
        http.Response.StatusCode = status;
        return http.Response.WriteAsJsonAsync(new ErrorResponse(status, message), WireJson.Default.ErrorResponse);
    }

    private static ILogger Log(HttpContext http) => http.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger("Server.Http");
}
