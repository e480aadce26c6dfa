using System.Reflection;
using System.Text;
using Server.Auth;
using Server.Environments.Language;

namespace Server.Environments;

/// <summary>A definition as body, as an endpoint's parameter. Clients send YAML with any <c>Content-Type</c>, most of them JSON's.</summary>
public sealed record DefinitionText(string Value)
{
    /// <summary>In bytes; its own limit is in characters.</summary>
    public const long LargestBody = 4L * Definition.LongestText;

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    public static async ValueTask<DefinitionText?> BindAsync(HttpContext http, ParameterInfo parameter)
    {
        using var buffer = new MemoryStream();
        await http.Request.Body.CopyToAsync(buffer, http.RequestAborted);
        try
        {
            var text = Strict.GetString(buffer.GetBuffer(), 0, (int)buffer.Length).TrimStart('\uFEFF');
            return text.Contains('\0')
                ? throw ApiException.BadRequest("A definition has no NUL characters.")
                : new(text.Replace("\r\n", "\n", StringComparison.Ordinal));
        }
        catch (ArgumentException)
        {
            throw ApiException.BadRequest("A definition is text in UTF-8.");
        }
    }
}
