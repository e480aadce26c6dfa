using System.Text;
using System.Text.Json.Nodes;
using Cli.Api;
using Cli.Providers;

namespace Cli.Secrets.KeyServices;

/// <summary>What all key services have in common: a small JSON question to an address, and bytes as text in the answer.</summary>
/// <param name="named">The key as the person wrote it, for messages.</param>
internal sealed class KeyCall(Machine machine, string named, Trust? trust = null)
{
    private readonly Answers answers = new(machine, trust);

    /// <param name="sign">Says who asks.</param>
    public async Task<Answer> Post(
        Uri address,
        JsonObject question,
        string type,
        Action<HttpRequestMessage, byte[]> sign,
        CancellationToken ct,
        Func<HttpResponseMessage, bool>? isThrottled = null
    )
    {
        var body = Encoding.UTF8.GetBytes(question.ToJsonString());
        return await answers.Send(
            () =>
            {
                var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(body) };
                request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
                sign(request, body);
                return request;
            },
            ct,
            isThrottled
        );
    }

    public static void Bearer(HttpRequestMessage request, string token) =>
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);

    /// <param name="what">What was tried, as in "the key could not be …".</param>
    /// <param name="next">What to do about it.</param>
    public UserErrorException Fault(string what, string reason, string next) =>
        new($"the data key could not be {what} with '{named}': {reason}; {next}");
}
