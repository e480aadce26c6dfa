using System.Text.Json.Nodes;
using Cli.Backends.Cloud;
using Cli.Env;
using Wire;

namespace Cli.Config.Environments;

/// <summary>The environments that a stack takes configuration from.</summary>
internal static class StackEnvironments
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(2);

    /// <returns>The definition that has all of them; null where there are none.</returns>
    public static string? Document(ConfigWork work) =>
        work.Details.RemoteEnvironment is { } remote ? Importing([remote])
        : work.Config.Environments is { Count: > 0 } names ? Importing(names)
        : work.Config.EnvironmentDefinition is { } definition ? ConfigValue.Json(definition)!.ToJsonString()
        : null;

    public static string Importing(IEnumerable<string> names) =>
        new JsonObject { ["imports"] = new JsonArray([.. names.Select(name => JsonValue.Create(name))]) }.ToJsonString();

    /// <param name="open">Ask for everything, secrets too; otherwise they are hidden, and what is wrong does not stop the rest.</param>
    /// <returns>Null where the stack has none.</returns>
    public static async Task<OpenedEnvironment?> Read(ConfigWork work, bool open, CancellationToken ct)
    {
        RefuseBoth(work);
        if (Document(work) is not { } document)
        {
            return null;
        }
        if (!work.Place.Backend.IsCloud)
        {
            var names = work.Config.Environments;
            var which = names.Count > 0 ? "environments " + string.Join(", ", names) : "environment that its file defines";
            work.Session.Warn($"values from the stack's {which} are not shown: folders, buckets and databases have no environments");
            return null;
        }
        return await Evaluate(work, document, open, ct);
    }

    public static Task<OpenedEnvironment> Evaluate(ConfigWork work, string document, bool open, CancellationToken ct)
    {
        var client = Client(work);
        return open
            ? client.OpenYaml(work.Stack.Organization, document, Lifetime, ct)
            : client.CheckYaml(work.Stack.Organization, document, showSecrets: false, ct);
    }

    public static EnvironmentClient Client(ConfigWork work) => new(work.Session, ((CloudBackend)work.Place.Backend).Connection);

    /// <param name="instead">What <c>pulumi env</c> does with the environment, in its words.</param>
    public static void RefuseRemote(ConfigWork work, string command, Func<string, string> instead)
    {
        if (work.Details.RemoteEnvironment is { } environment)
        {
            throw new UserErrorException(
                $"config {command} not supported for remote stack config: use `pulumi env {instead(environment)}`"
            );
        }
    }

    public static string Edit(string environment) => "edit " + environment;

    public static void RequireCloud(ConfigWork work)
    {
        if (!work.Place.Backend.IsCloud)
        {
            throw new UserErrorException(
                $"backend {work.Place.Backend.Name} does not support environments; Pulumi ESC environments require the Pulumi Cloud backend, "
                    + "use `pulumi login` without arguments to log into the Pulumi Cloud backend"
            );
        }
    }

    private static void RefuseBoth(ConfigWork work)
    {
        if (work.Details.RemoteEnvironment is { } remote && (work.Config.Values.Count > 0 || work.Config.EnvironmentDefinition is not null))
        {
            throw new UserErrorException(
                $"the configuration of stack '{work.StackShown}' is in the environment {remote}; remove `config` and `environment` from {work.File.Path}"
            );
        }
    }
}
