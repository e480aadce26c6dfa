using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cli.Storage;

namespace Cli.Providers.Aws;

/// <summary>Who calls AWS, found where its own tools look: a named profile, the environment, the shared files, the container, the machine.</summary>
/// <param name="profile">Named by the address; null when it names none.</param>
internal sealed class AwsIdentity(Machine machine, string? profile)
{
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(5);
    private readonly AwsFiles files = new(machine);
    private readonly Answers answers = new(machine, AwsRegion.Trust(machine));
    private AwsCredentials? known;

    private string ProfileName => profile ?? machine.Variable("AWS_PROFILE") ?? machine.Variable("AWS_DEFAULT_PROFILE") ?? "default";

    /// <returns>Null when nobody says one.</returns>
    public string? Region =>
        machine.Variable("AWS_REGION") ?? machine.Variable("AWS_DEFAULT_REGION") ?? files.Profile(ProfileName).GetValueOrDefault("region");

    public async Task<AwsCredentials> Credentials(CancellationToken ct)
    {
        if (known is null || known.Expires - Margin <= machine.Clock.GetUtcNow())
        {
            known = await Find(ct);
        }
        return known;
    }

    private async Task<AwsCredentials> Find(CancellationToken ct)
    {
        var found = profile is not null
            ? await OfProfile(profile, [], ct)
            : OfEnvironment()
                ?? await OfWebIdentity(
                    machine.Variable("AWS_WEB_IDENTITY_TOKEN_FILE"),
                    machine.Variable("AWS_ROLE_ARN"),
                    machine.Variable("AWS_ROLE_SESSION_NAME"),
                    ct
                )
                ?? await OfProfile(ProfileName, [], ct);
        return found
            ?? await OfMachine(ct)
            ?? throw new UserErrorException(
                profile is null && machine.Variable("AWS_PROFILE") is null
                    ? "no AWS credentials found; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run `aws configure` or `aws sso login`"
                    : $"the AWS profile '{ProfileName}' has no credentials; see {files.Folder}, or run `aws configure --profile {ProfileName}`"
            );
    }

    private AwsCredentials? OfEnvironment()
    {
        var (key, secret) = (
            machine.Variable("AWS_ACCESS_KEY_ID") ?? machine.Variable("AWS_ACCESS_KEY"),
            machine.Variable("AWS_SECRET_ACCESS_KEY") ?? machine.Variable("AWS_SECRET_KEY")
        );
        return key is null || secret is null ? null : new(key, secret, machine.Variable("AWS_SESSION_TOKEN"));
    }

    /// <param name="above">The profiles that led here.</param>
    private async Task<AwsCredentials?> OfProfile(string name, IReadOnlyList<string> above, CancellationToken ct)
    {
        var settings = files.Profile(name);
        if (settings.GetValueOrDefault("role_arn") is { } role)
        {
            var session = settings.GetValueOrDefault("role_session_name");
            if (settings.GetValueOrDefault("web_identity_token_file") is { } tokenFile)
            {
                return await OfWebIdentity(tokenFile, role, session, ct);
            }
            var own = settings.GetValueOrDefault("source_profile") == name ? Static(settings) : null;
            var caller = own ?? await Source(name, settings, above, ct);
            return await new AwsTokenService(machine, RegionOf(settings)).Assume(
                caller,
                role,
                session,
                settings.GetValueOrDefault("external_id"),
                ct
            );
        }
        return Static(settings)
            ?? (settings.ContainsKey("sso_account_id") ? await OfSingleSignOn(settings, ct) : null)
            ?? (settings.GetValueOrDefault("credential_process") is { } command ? await OfProcess(command, ct) : null);
    }

    private async Task<AwsCredentials> Source(
        string name,
        IReadOnlyDictionary<string, string> settings,
        IReadOnlyList<string> above,
        CancellationToken ct
    )
    {
        var source = settings.GetValueOrDefault("source_profile");
        if (source is not null && (source == name || above.Contains(source)))
        {
            throw new UserErrorException(
                $"the AWS profile '{name}' takes its credentials from itself: see source_profile in {files.Folder}"
            );
        }
        var found = (source, settings.GetValueOrDefault("credential_source")) switch
        {
            ({ } other, _) => await OfProfile(other, [.. above, name], ct),
            (_, "Environment") => OfEnvironment(),
            (_, "Ec2InstanceMetadata") => await new InstanceMetadata(machine, answers).OfInstance(ct),
            (_, "EcsContainer") => await new InstanceMetadata(machine, answers).OfContainer(ct),
            _ => throw new UserErrorException($"the AWS profile '{name}' has a role_arn, and neither source_profile nor credential_source"),
        };
        return found ?? throw new UserErrorException($"the AWS profile '{name}' finds no credentials with which to take its role");
    }

    private static AwsCredentials? Static(IReadOnlyDictionary<string, string> settings) =>
        settings.GetValueOrDefault("aws_access_key_id") is { } key && settings.GetValueOrDefault("aws_secret_access_key") is { } secret
            ? new(key, secret, settings.GetValueOrDefault("aws_session_token"))
            : null;

    private async Task<AwsCredentials?> OfWebIdentity(string? tokenFile, string? role, string? session, CancellationToken ct)
    {
        if (tokenFile is null || role is null)
        {
            return null;
        }
        var token = (await ReadText(tokenFile, ct)).Trim();
        return await new AwsTokenService(machine, Region ?? "us-east-1").AssumeWith(token, role, session, ct);
    }

    private async Task<AwsCredentials?> OfMachine(CancellationToken ct)
    {
        var metadata = new InstanceMetadata(machine, answers);
        return await metadata.OfContainer(ct) ?? await metadata.OfInstance(ct);
    }

    /// <summary>With the token that <c>aws sso login</c> has left in its cache.</summary>
    private async Task<AwsCredentials> OfSingleSignOn(IReadOnlyDictionary<string, string> settings, CancellationToken ct)
    {
        var session = settings.GetValueOrDefault("sso_session");
        var source = session is null ? settings : files.Section("sso-session " + session);
        var named = session ?? source.GetValueOrDefault("sso_start_url") ?? "";
#pragma warning disable CA5350 // names a file; this is how AWS tools name it
        var name = Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(named)));
#pragma warning restore CA5350
        var cache = Path.Combine(files.Folder, "sso", "cache", name + ".json");
        var again = $"run `aws sso login{(profile is null && ProfileName == "default" ? "" : " --profile " + ProfileName)}`";
        var token = File.Exists(cache) ? Json(await ReadText(cache, ct)) : throw new UserErrorException($"not signed in to AWS; {again}");
        if (Time(token["expiresAt"]) <= machine.Clock.GetUtcNow())
        {
            throw new UserErrorException($"the AWS sign-in has expired; {again}");
        }
        var region = source.GetValueOrDefault("sso_region") ?? "us-east-1";
        var portal = machine.Variable("AWS_ENDPOINT_URL_SSO") ?? $"https://portal.sso.{region}.amazonaws.com";
        var query =
            $"role_name={Uri.EscapeDataString(settings.GetValueOrDefault("sso_role_name") ?? "")}&account_id={settings["sso_account_id"]}";
        var answer = await answers.Send(
            () =>
            {
                var request = new HttpRequestMessage(HttpMethod.Get, $"{portal.TrimEnd('/')}/federation/credentials?{query}");
                request.Headers.TryAddWithoutValidation("x-amz-sso_bearer_token", token["accessToken"]?.ToString());
                return request;
            },
            ct
        );
        if (answer.Json["roleCredentials"] is not JsonObject given)
        {
            throw new UserErrorException($"AWS single sign-on gave no credentials ({answer.Fault}); {again}");
        }
        var expires = DateTimeOffset.FromUnixTimeMilliseconds(given["expiration"]?.GetValue<long>() ?? 0);
        return new(given["accessKeyId"]!.ToString(), given["secretAccessKey"]!.ToString(), given["sessionToken"]?.ToString(), expires);
    }

    private async Task<AwsCredentials> OfProcess(string command, CancellationToken ct)
    {
        var output = OperatingSystem.IsWindows()
            ? await machine.Output("cmd.exe", ["/C", command], ct)
            : await machine.Output("/bin/sh", ["-c", command], ct);
        var given = Json(
            output ?? throw new UserErrorException($"the credential_process of the AWS profile '{ProfileName}' failed: {command}")
        );
        return given["AccessKeyId"] is { } key && given["SecretAccessKey"] is { } secret
            ? new(key.ToString(), secret.ToString(), given["SessionToken"]?.ToString(), Time(given["Expiration"]))
            : throw new UserErrorException($"the credential_process of the AWS profile '{ProfileName}' printed no credentials: {command}");
    }

    private string RegionOf(IReadOnlyDictionary<string, string> settings) => settings.GetValueOrDefault("region") ?? Region ?? "us-east-1";

    public static DateTimeOffset? Time(JsonNode? text) =>
        DateTimeOffset.TryParse(text?.ToString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    private static JsonObject Json(string text)
    {
        try
        {
            return JsonNode.Parse(text) as JsonObject ?? [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    private static async Task<string> ReadText(string path, CancellationToken ct)
    {
        try
        {
            return await File.ReadAllTextAsync(path, ct);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"reading '{path}': {FileFault.Reason(problem)}");
        }
    }
}
