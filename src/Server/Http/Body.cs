using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Server.Auth;
using Wire;

namespace Server.Http;

/// <summary>
/// A JSON body, as an endpoint's parameter. Unlike the framework's own binding it does not look at the <c>Content-Type</c> (clients send any),
/// takes no body for an empty object, and answers a bad one in the wire's shape.
/// </summary>
public sealed record Body<T>(T Value)
    where T : class
{
    private static readonly JsonTypeInfo<T> Type = (JsonTypeInfo<T>)WireJson.Default.GetTypeInfo(typeof(T))!;

    public static async ValueTask<Body<T>?> BindAsync(HttpContext http, ParameterInfo parameter)
    {
        using var buffer = new MemoryStream();
        await http.Request.Body.CopyToAsync(buffer, http.RequestAborted);
        if (buffer.Length == 0 && http.Request.ContentLength > 0)
        {
            throw ApiException.BadRequest("The body is not what its Content-Encoding says: it ends before it has begun.");
        }
        try
        {
            var bytes = buffer.Length == 0 ? "{}"u8 : buffer.GetBuffer().AsSpan(0, (int)buffer.Length);
            return new(
                JsonSerializer.Deserialize(bytes, Type) ?? throw ApiException.BadRequest("The body must be a JSON object, not null.")
            );
        }
        catch (JsonException problem)
        {
            throw ApiException.BadRequest(
                $"The body is not the JSON object that this call takes; it goes wrong in line {problem.LineNumber + 1}, byte {problem.BytePositionInLine + 1}."
            );
        }
    }
}
