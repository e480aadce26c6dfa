namespace Cli.Providers.Aws;

/// <summary>Credentials that the place gives on which we run: a container's, or a machine's (IMDSv2).</summary>
internal sealed class InstanceMetadata(Machine machine, Answers answers)
{
    public async Task<AwsCredentials?> OfContainer(CancellationToken ct)
    {
        var address = machine.Variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") is { } path
            ? "http://169.254.170.2" + path
            : machine.Variable("AWS_CONTAINER_CREDENTIALS_FULL_URI");
        if (address is null)
        {
            return null;
        }
        var token =
            machine.Variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE") is { } file && File.Exists(file)
                ? (await File.ReadAllTextAsync(file, ct)).Trim()
                : machine.Variable("AWS_CONTAINER_AUTHORIZATION_TOKEN");
        var answer = await answers.Ask(() => Request(HttpMethod.Get, address, "Authorization", token), ct);
        return answer is { IsGood: true } ? Read(answer) : null;
    }

    public async Task<AwsCredentials?> OfInstance(CancellationToken ct)
    {
        if (machine.IsOn("AWS_EC2_METADATA_DISABLED"))
        {
            return null;
        }
        var address = (machine.Variable("AWS_EC2_METADATA_SERVICE_ENDPOINT") ?? "http://169.254.169.254").TrimEnd('/');
        var session = await answers.Ask(
            () => Request(HttpMethod.Put, address + "/latest/api/token", "x-aws-ec2-metadata-token-ttl-seconds", "300"),
            ct
        );
        if (session is not { IsGood: true })
        {
            return null;
        }
        var roles = address + "/latest/meta-data/iam/security-credentials/";
        var role = await Get(roles, session.Written, ct);
        return
            role is { IsGood: true }
            && await Get(roles + role.Written.Split('\n')[0].Trim(), session.Written, ct) is { IsGood: true } answer
            ? Read(answer)
            : null;
    }

    private Task<Answer?> Get(string address, string session, CancellationToken ct) =>
        answers.Ask(() => Request(HttpMethod.Get, address, "x-aws-ec2-metadata-token", session), ct);

    private static HttpRequestMessage Request(HttpMethod method, string address, string header, string? value)
    {
        var request = new HttpRequestMessage(method, address);
        if (value is not null)
        {
            request.Headers.TryAddWithoutValidation(header, value);
        }
        return request;
    }

    private static AwsCredentials? Read(Answer answer) =>
        answer["AccessKeyId"] is { } key && answer["SecretAccessKey"] is { } secret
            ? new(key, secret, answer["Token"], AwsIdentity.Time(answer.Json["Expiration"]))
            : null;
}
