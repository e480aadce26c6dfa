using System.Text;
using System.Text.Json.Nodes;
using Cli.Api;
using Cli.Backends.Cloud;

namespace Cli.RawApi;

/// <summary>One call, made of what a person typed.</summary>
internal sealed record ApiRequest(
    string Method,
    string Path,
    IReadOnlyList<KeyValuePair<string, string>> Headers,
    ReadOnlyMemory<byte>? Body
)
{
    private static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

    public static async Task<ApiRequest> Make(Session session, CloudConnection cloud, string target, ApiWishes wishes, CancellationToken ct)
    {
        var body = await BodyOf(session, wishes, ct);
        var fields = await ApiFields.Read(session, wishes, ct);
        var operation = target.Contains('/', StringComparison.Ordinal)
            ? null
            : (await ApiSpec.Ask(cloud, ct)).Operation(target)
                ?? throw new UserErrorException($"there is no operation '{target}'; `pulumi api list` shows which there are");
        var path = Filled(PathOf(operation?.Path ?? target, cloud.Url), fields);
        var method = wishes.Method ?? operation?.Method ?? (body is null && fields.Count == 0 ? "GET" : "POST");
        if (!Methods.Contains(method))
        {
            throw new UserErrorException($"'{method}' is no HTTP method; there are {string.Join(", ", Methods)}");
        }
        var headers = wishes.Headers.Select(HeaderOf).ToList();
        if (fields.Count == 0)
        {
            return new(method, path, headers, body);
        }
        if (method is "GET" or "HEAD" || body is not null)
        {
            return new(method, path + Query(path, fields), headers, body);
        }
        return new(method, path, headers, Encoding.UTF8.GetBytes(new JsonObject(fields).ToJsonString()));
    }

    public Task<RawAnswer> Send(CloudConnection cloud, CancellationToken ct) =>
        cloud.Raw(
            new CloudCall(new(Method), Path, Retries: Method is "GET" or "HEAD") { Body = Body, Gzip = Body is not null },
            Headers,
            ct
        );

    /// <summary>As it goes out, without the token.</summary>
    public string Told(string url)
    {
        var text = new StringBuilder($"{Method} {url}{Path}\n");
        foreach (var (name, value) in Headers)
        {
            text.Append(name).Append(": ").Append(value).Append('\n');
        }
        if (Body is { } body)
        {
            text.Append('\n').Append(Encoding.UTF8.GetString(body.Span)).Append('\n');
        }
        return text.ToString();
    }

    /// <summary>The token goes to the cloud that it is for, and nowhere else.</summary>
    private static string PathOf(string target, string url)
    {
        var path = target.StartsWith(url + "/", StringComparison.Ordinal) ? target[url.Length..] : target;
        return path.Contains("://", StringComparison.Ordinal) || path.StartsWith("//", StringComparison.Ordinal)
                ? throw new UserErrorException($"'{target}' is not an address of {url}; name a path, as /api/user")
            : path.StartsWith('/') ? path
            : "/" + path;
    }

    /// <summary>With values for its <c>{parameters}</c>, which are then no fields any more.</summary>
    private static string Filled(string path, Dictionary<string, JsonNode?> fields)
    {
        var (filled, missing) = (new StringBuilder(), new List<string>());
        var parts = path.Split('{');
        filled.Append(parts[0]);
        foreach (var part in parts.Skip(1))
        {
            var end = part.IndexOf('}', StringComparison.Ordinal);
            if (end < 0)
            {
                throw new UserErrorException($"'{path}' has a {{ without a }}");
            }
            var name = part[..end];
            if (!fields.Remove(name, out var value))
            {
                missing.Add($"-f {name}=…");
            }
            filled.Append(Uri.EscapeDataString(Plain(value))).Append(part, end + 1, part.Length - end - 1);
        }
        return missing.Count == 0
            ? filled.ToString()
            : throw new UserErrorException($"the path has parameters without a value; add {string.Join(' ', missing)}");
    }

    private static string Query(string path, Dictionary<string, JsonNode?> fields) =>
        (path.Contains('?', StringComparison.Ordinal) ? '&' : '?')
        + string.Join('&', fields.Select(field => $"{Uri.EscapeDataString(field.Key)}={Uri.EscapeDataString(Plain(field.Value))}"));

    private static string Plain(JsonNode? value) =>
        value switch
        {
            JsonValue => value.ToString(),
            null => "",
            _ => value.ToJsonString(),
        };

    private static async Task<ReadOnlyMemory<byte>?> BodyOf(Session session, ApiWishes wishes, CancellationToken ct)
    {
        if (wishes.Body is not null && wishes.Input is not null)
        {
            throw new UserErrorException("only one of --body and --input may be given");
        }
        var text = wishes.Input is { } file ? await ApiFields.File(session, file, ct) : wishes.Body;
        return text is null ? default(ReadOnlyMemory<byte>?) : Encoding.UTF8.GetBytes(text);
    }

    private static KeyValuePair<string, string> HeaderOf(string text)
    {
        var at = text.AsSpan().IndexOfAny(':', '=');
        var (name, value) = at < 1 ? ("", "") : (text[..at].Trim(), text[(at + 1)..].Trim());
        if (name.Length == 0 || text.Any(char.IsControl))
        {
            throw new UserErrorException($"'{text}' is no header; write it as 'Name: value'");
        }
        return name.Equals("Authorization", StringComparison.OrdinalIgnoreCase)
            ? throw new UserErrorException("the login gives the Authorization header; use PULUMI_ACCESS_TOKEN or --profile for another one")
            : new(name, value);
    }
}
