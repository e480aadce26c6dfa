using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace Cli.Providers.Aws;

/// <summary>AWS STS: gives credentials of a role for a while.</summary>
internal sealed class AwsTokenService(Machine machine, string region)
{
    private readonly Answers answers = new(machine, AwsRegion.Trust(machine));

    private string Address =>
        machine.Variable("AWS_ENDPOINT_URL_STS")
        ?? machine.Variable("AWS_ENDPOINT_URL")
        ?? $"https://sts.{region}.{AwsRegion.DomainOf(region)}/";

    public Task<AwsCredentials> Assume(AwsCredentials caller, string role, string? session, string? externalId, CancellationToken ct)
    {
        var form = Form("AssumeRole", role, session);
        if (externalId is not null)
        {
            form["ExternalId"] = externalId;
        }
        return Call(form, new(caller, region, "sts"), ct);
    }

    /// <param name="token">An OpenID Connect token that the role trusts.</param>
    public Task<AwsCredentials> AssumeWith(string token, string role, string? session, CancellationToken ct)
    {
        var form = Form("AssumeRoleWithWebIdentity", role, session);
        form["WebIdentityToken"] = token;
        return Call(form, signature: null, ct);
    }

    private Dictionary<string, string> Form(string action, string role, string? session) =>
        new()
        {
            ["Action"] = action,
            ["Version"] = "2011-06-15",
            ["RoleArn"] = role,
            ["RoleSessionName"] = session ?? $"pulumi-{machine.Clock.GetUtcNow().ToUnixTimeSeconds()}",
        };

    private async Task<AwsCredentials> Call(Dictionary<string, string> form, SignatureV4? signature, CancellationToken ct)
    {
        var body = Encoding.UTF8.GetBytes(
            string.Join('&', form.Select(field => $"{Uri.EscapeDataString(field.Key)}={Uri.EscapeDataString(field.Value)}"))
        );
        var answer = await answers.Send(
            () =>
            {
                var request = new HttpRequestMessage(HttpMethod.Post, Address) { Content = new ByteArrayContent(body) };
                request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
                signature?.Sign(request, body, machine.Clock.GetUtcNow());
                return request;
            },
            ct
        );
        var members = Members(answer);
        return answer.IsGood && members.TryGetValue("AccessKeyId", out var key)
            ? new(
                key,
                members["SecretAccessKey"],
                members.GetValueOrDefault("SessionToken"),
                DateTimeOffset.Parse(members["Expiration"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal)
            )
            : throw new UserErrorException(
                $"AWS does not give the role {form["RoleArn"]}: {members.GetValueOrDefault("Code")} {members.GetValueOrDefault("Message") ?? answer.Fault}"
            );
    }

    private static Dictionary<string, string> Members(Answer answer)
    {
        try
        {
            using var stream = new MemoryStream(answer.Body);
            return XElement
                .Load(stream)
                .Descendants()
                .Where(element => !element.HasElements)
                .GroupBy(element => element.Name.LocalName, StringComparer.Ordinal)
                .ToDictionary(group => group.Key, group => group.First().Value, StringComparer.Ordinal);
        }
        catch (XmlException)
        {
            return [];
        }
    }
}
