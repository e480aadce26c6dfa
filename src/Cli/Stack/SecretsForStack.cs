using System.Text.Json.Nodes;
using Cli.Backends;
using Cli.Secrets;
using Cli.State;

namespace Cli.Stack;

/// <summary>Puts the secrets of a state under the provider of the stack that it goes to.</summary>
internal sealed class SecretsForStack(Workplace work)
{
    /// <summary>For an import: ciphertexts that another cloud stack made are made anew, and plaintexts are encrypted.</summary>
    public async Task Adopt(Deployment deployment, StackName stack, CancellationToken ct)
    {
        var description = deployment.SecretsProvider;
        var foreign = description is not null && IsOfAnotherStack(description, stack);
        if (foreign && SecretValues.HasCiphertext(deployment.Body))
        {
            await SecretValues.Reveal(deployment.Body, work.Secrets.OfState(description!, work.Backend.Show(stack)), ct);
        }
        if (foreign || SecretValues.HasPlaintext(deployment.Body))
        {
            var provider = description is null || foreign ? Own(stack) : work.Secrets.OfState(description, work.Backend.Show(stack));
            await SecretValues.Hide(deployment.Body, provider, ct);
            deployment.Body["secrets_providers"] = provider.Description;
        }
    }

    /// <summary>Everything under a new provider.</summary>
    public async Task Change(Deployment deployment, StackName stack, ISecretsProvider provider, CancellationToken ct)
    {
        if (deployment.SecretsProvider is { } old && SecretValues.HasCiphertext(deployment.Body))
        {
            await SecretValues.Reveal(deployment.Body, work.Secrets.OfState(old, work.Backend.Show(stack)), ct);
        }
        await SecretValues.Hide(deployment.Body, provider, ct);
        deployment.Body["secrets_providers"] = provider.Description;
    }

    /// <summary>The provider of a state; of one without secrets, the one its stack would take.</summary>
    public ISecretsProvider Of(Deployment deployment, StackName stack) =>
        deployment.SecretsProvider is { } description ? work.Secrets.OfState(description, work.Backend.Show(stack)) : Own(stack);

    private ISecretsProvider Own(StackName stack) =>
        work.FileOf(stack) is { } file ? work.Secrets.OfFile(stack, file)
        : work.Backend is Backends.Cloud.CloudBackend cloud ? ServiceSecrets.Of(cloud.Connection, stack)
        : throw new UserErrorException(
            $"this deployment has secrets that must be encrypted for '{stack.Full}', and its Pulumi.{stack.Name}.yaml, which says how, is not here; "
                + "run the command in the stack's project"
        );

    private bool IsOfAnotherStack(JsonObject description, StackName stack)
    {
        if (References.Text(description["type"]) != ServiceSecrets.Type)
        {
            return false;
        }
        var state = description["state"] as JsonObject ?? [];
        return !work.Backend.IsCloud
            || (References.Text(state["url"])?.TrimEnd('/') is { } url && url != work.Backend.Url)
            || References.Text(state["owner"]) != stack.Organization
            || References.Text(state["project"]) != stack.Project
            || References.Text(state["stack"]) != stack.Name;
    }
}
