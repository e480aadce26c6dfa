using System.Globalization;
using System.Text.Json.Nodes;

namespace Cli.RawApi;

/// <summary><c>-F</c> and <c>-f</c>.</summary>
internal static class ApiFields
{
    public static async Task<Dictionary<string, JsonNode?>> Read(Session session, ApiWishes wishes, CancellationToken ct)
    {
        var fields = new Dictionary<string, JsonNode?>(StringComparer.Ordinal);
        foreach (var text in wishes.Fields)
        {
            var (name, value) = Cut(text);
            fields[name] = value.StartsWith('@') ? await File(session, value[1..], ct) : Typed(value);
        }
        foreach (var text in wishes.Texts)
        {
            var (name, value) = Cut(text);
            fields[name] = value;
        }
        return fields;
    }

    /// <param name="file">- is standard input.</param>
    public static async Task<string> File(Session session, string file, CancellationToken ct)
    {
        if (file == "-")
        {
            return await session.Machine.Terminal.In.ReadToEndAsync(ct);
        }
        try
        {
            return await System.IO.File.ReadAllTextAsync(Path.GetFullPath(file, session.Machine.WorkingDirectory), ct);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"could not read '{file}': {problem.Message}");
        }
    }

    private static (string Name, string Value) Cut(string text) =>
        text.Split('=', 2) is [{ Length: > 0 } name, var value]
            ? (name, value)
            : throw new UserErrorException($"'{text}' is no field; write it as name=value");

    private static JsonNode? Typed(string value) =>
        value switch
        {
            "true" => true,
            "false" => false,
            "null" => null,
            _ when long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
            _ => value,
        };
}
