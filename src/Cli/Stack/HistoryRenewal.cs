using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cli.Backends.Diy;
using Cli.Secrets;
using Cli.State;

namespace Cli.Stack;

/// <summary>
/// The history files of a store on their way into another one: their secrets go under the key of the stack there, so that nothing there needs the old
/// key. What cannot be opened stays as it was, with a warning.
/// </summary>
/// <param name="configuration">What encrypts the configuration of the source; null when nobody can say.</param>
internal sealed class HistoryRenewal(
    Workplace source,
    (Backends.StackName From, Backends.StackName To) stacks,
    ISecretsProvider? configuration,
    ISecretsProvider fresh
)
{
    private const string Checkpoint = ".checkpoint.json";
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="content">As it is stored, perhaps compressed.</param>
    public async Task<byte[]> Renew(string key, byte[] content, CancellationToken ct)
    {
        try
        {
            var text = Compression.Unpack(key, content);
            var renewed = Compression.Strip(key).EndsWith(Checkpoint, StringComparison.Ordinal)
                ? await State(key, text, ct)
                : await Entry(text, ct);
            return renewed is null ? content : Compression.Pack(Compression.Of(key), renewed);
        }
        catch (Exception problem) when (problem is UserErrorException or JsonException)
        {
            source.Session.Warn($"'{key}' of the history is copied as it is, secrets under their old key: {problem.Message}");
            return content;
        }
    }

    private async Task<byte[]?> State(string key, byte[] file, CancellationToken ct)
    {
        if (Deployment.Read(StateFiles.ToDeployment(file, key), stacks.From.Name) is not { } deployment)
        {
            return null;
        }
        await Renew(deployment, source, stacks, fresh, ct);
        return StateFiles.ToFile(stacks.To, deployment.Write());
    }

    /// <summary>A state of the past, for the stack that it goes to.</summary>
    public static async Task Renew(
        Deployment deployment,
        Workplace source,
        (Backends.StackName From, Backends.StackName To) stacks,
        ISecretsProvider fresh,
        CancellationToken ct
    )
    {
        if (deployment.SecretsProvider is { } description)
        {
            await SecretValues.Reveal(deployment.Body, source.Secrets.OfState(description, source.Backend.Show(stacks.From)), ct);
            await SecretValues.Hide(deployment.Body, fresh, ct);
            deployment.Body["secrets_providers"] = fresh.Description;
        }
        Renaming.Apply(deployment, stacks.From, stacks.To);
    }

    private async Task<byte[]?> Entry(byte[] text, CancellationToken ct)
    {
        var entry = JsonNode.Parse(text);
        var secrets = HistoryCopy.Secrets(entry?["config"]).ToList();
        if (secrets.Count == 0)
        {
            return null;
        }
        await HistoryCopy.Renew(secrets, configuration, fresh, ct);
        return Encoding.UTF8.GetBytes(entry!.ToJsonString(Plain));
    }
}
