using System.CommandLine;
using Cli.Backends.Cloud;
using Cli.Org;
using Cli.Stack;

namespace Cli.Webhook;

/// <summary>Whose webhooks a command works on.</summary>
internal abstract class WebhookScope
{
    /// <summary>For explanations: "an organization".</summary>
    public abstract string Owner { get; }

    public abstract Option<string?> NewOption();

    /// <returns>The cloud, and the path of all webhooks.</returns>
    public abstract Task<(CloudConnection Cloud, string Path)> Find(Workplace work, string? name, CancellationToken ct);

    public sealed class Organizations : WebhookScope
    {
        public override string Owner => "an organization";

        public override Option<string?> NewOption() => OrgOptions.Organization();

        public override Task<(CloudConnection Cloud, string Path)> Find(Workplace work, string? name, CancellationToken ct)
        {
            var (cloud, organization) = OrgOptions.Of(work.Backend, name);
            return Task.FromResult((cloud.Connection, $"/api/orgs/{Uri.EscapeDataString(organization)}/hooks"));
        }
    }

    public sealed class Stacks : WebhookScope
    {
        public override string Owner => "a stack";

        public override Option<string?> NewOption() => StackOptions.Stack();

        public override async Task<(CloudConnection Cloud, string Path)> Find(Workplace work, string? name, CancellationToken ct)
        {
            if (work.Backend is not CloudBackend cloud)
            {
                throw new UserErrorException(
                    $"backends of this type \"{work.Backend.Name}\" have no webhooks; log in to a cloud with `pulumi login`"
                );
            }
            return (cloud.Connection, CloudBackend.PathOf((await work.Require(name, ct)).Stack) + "/hooks");
        }
    }
}
