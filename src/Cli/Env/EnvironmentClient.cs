using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cli.Api;
using Cli.Backends.Cloud;
using Wire;

namespace Cli.Env;

/// <param name="ETag">Gives a change back what it changes.</param>
internal sealed record DefinitionText(string Text, string? ETag, long Revision);

/// <summary>Environments of a cloud.</summary>
internal sealed class EnvironmentClient(Session session, CloudConnection connection)
{
    private const string Root = "/api/esc/environments";

    /// <param name="organization">Null: all that the person sees.</param>
    public async Task<IReadOnlyList<(string Organization, string Project, string Name)>> List(string? organization, CancellationToken ct)
    {
        var found = new List<(string, string, string)>();
        var next = "";
        do
        {
            var path = organization is null ? Root : $"{Root}/{organization}";
            var page = await connection.Ask(CloudCall.Get($"{path}?continuationToken={Uri.EscapeDataString(next)}"), ct);
            found.AddRange(
                (page["environments"] as JsonArray ?? [])
                    .OfType<JsonObject>()
                    .Select(e =>
                        (
                            Text(e, "organization"),
                            e["project"] is null ? EnvironmentName.DefaultProject : Text(e, "project"),
                            Text(e, "name")
                        )
                    )
            );
            next = page["nextToken"]?.GetValue<string>() ?? "";
        } while (next.Length > 0);
        return found;
    }

    public Task Create(EnvironmentName environment, CancellationToken ct) =>
        connection.Send(
            CloudCall.Post(
                $"{Root}/{environment.Organization}",
                new JsonObject { ["project"] = environment.Project, ["name"] = environment.Name }
            ),
            ct
        );

    public async Task<DefinitionText> Definition(EnvironmentName environment, bool decrypt, CancellationToken ct)
    {
        var answer = await Exchange(CloudCall.Get(VersionPath(environment) + (decrypt ? "/decrypt" : "")), null, ct);
        return new(Encoding.UTF8.GetString(answer.Body), answer.ETag, answer.Revision ?? 0);
    }

    /// <returns>The new revision.</returns>
    public async Task<long> Update(EnvironmentName environment, string yaml, string? etag, CancellationToken ct)
    {
        var call = new CloudCall(HttpMethod.Patch, environment.Path) { Body = Encoding.UTF8.GetBytes(yaml), ETag = etag };
        var answer = await Exchange(call, yaml, ct);
        var diagnostics = JsonSerializer.Deserialize(answer.Body, WireJson.Default.EnvironmentDiagnosticsResponse)?.Diagnostics;
        foreach (var warning in diagnostics ?? [])
        {
            session.Warn(EnvironmentProblems.Line(warning));
        }
        return answer.Revision ?? 0;
    }

    public async Task<OpenedEnvironment> Open(EnvironmentName environment, TimeSpan lifetime, CancellationToken ct)
    {
        var opened = await Exchange(new(HttpMethod.Post, $"{VersionPath(environment)}/open?duration={Go(lifetime)}"), null, ct);
        return await ReadOpened(environment.Path, opened, ct);
    }

    /// <summary>A definition that is stored nowhere.</summary>
    public async Task<OpenedEnvironment> OpenYaml(string organization, string yaml, TimeSpan lifetime, CancellationToken ct)
    {
        var call = new CloudCall(HttpMethod.Post, $"{Root}/{organization}/yaml/open?duration={Go(lifetime)}")
        {
            Body = Encoding.UTF8.GetBytes(yaml),
        };
        return await ReadOpened($"{Root}/{organization}/yaml", await Exchange(call, yaml, ct), ct);
    }

    /// <summary>The same without opening: secrets are hidden, and what is wrong is part of the answer.</summary>
    public async Task<OpenedEnvironment> CheckYaml(string organization, string yaml, bool showSecrets, CancellationToken ct)
    {
        var path = $"{Root}/{organization}/yaml/check?showSecrets={(showSecrets ? "true" : "false")}";
        var answer = await Exchange(new(HttpMethod.Post, path) { Body = Encoding.UTF8.GetBytes(yaml) }, yaml, ct);
        return Read(answer.Body);
    }

    public Task<JsonObject> Ask(HttpMethod method, string path, JsonNode? body, CancellationToken ct) =>
        connection.Ask(Call(method, path, body), ct);

    public Task<byte[]> Send(HttpMethod method, string path, JsonNode? body, CancellationToken ct) =>
        connection.Send(Call(method, path, body), ct);

    private static CloudCall Call(HttpMethod method, string path, JsonNode? body) =>
        new(method, path, Retries: method == HttpMethod.Get) { Body = body is null ? null : Encoding.UTF8.GetBytes(body.ToJsonString()) };

    private async Task<OpenedEnvironment> ReadOpened(string path, CloudAnswer opened, CancellationToken ct)
    {
        var id = CloudConnection.Parse(opened.Body)["id"]?.GetValue<string>();
        return Read(await connection.Send(CloudCall.Get($"{path}/open/{id}"), ct));
    }

    private static OpenedEnvironment Read(byte[] body) =>
        JsonSerializer.Deserialize(body, WireJson.Default.OpenedEnvironment)
        ?? throw new UserErrorException("unexpected response from server");

    private async Task<CloudAnswer> Exchange(CloudCall call, string? yaml, CancellationToken ct)
    {
        try
        {
            return await connection.Exchange(call, refused => EnvironmentProblems.Of(refused, yaml), ct);
        }
        catch (JsonException)
        {
            throw new UserErrorException("unexpected response from server");
        }
    }

    private static string VersionPath(EnvironmentName environment) =>
        environment.Version is null ? environment.Path : $"{environment.Path}/versions/{environment.Version}";

    private static string Go(TimeSpan time) =>
        string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours}h{time.Minutes}m{time.Seconds}s");

    private static string Text(JsonObject members, string name) => members[name]?.GetValue<string>() ?? "";
}
