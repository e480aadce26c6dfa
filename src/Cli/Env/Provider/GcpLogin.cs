using System.CommandLine;
using Cli.Config.Yaml;
using Cli.Invocation;

namespace Cli.Env.Provider;

internal static class GcpLogin
{
    private const string Function = "fn::open::gcp-login";
    private const string Path = "gcp.login";

    private static readonly (string, string)[] Variables =
    [
        ("GOOGLE_CLOUD_PROJECT", "project"),
        ("GOOGLE_OAUTH_ACCESS_TOKEN", "accessToken"),
    ];

    public static PulumiCommand Create(Machine machine)
    {
        var command = EnvProviderCommand.Group("gcp-login", "Google Cloud", "Have an environment log in to Google Cloud.");
        command.Add(Static(machine));
        command.Add(Oidc(machine));
        return command;
    }

    private static Option<string?> Lifetime() => new("--token-lifetime") { Description = "How long a token lasts, as 3600s" };

    private static PulumiCommand Static(Machine machine)
    {
        var account = new Option<string?>("--service-account") { Description = "The service account to act as" };
        var lifetime = Lifetime();
        return EnvProviderCommand.Command(
            machine,
            "static",
            "Add a static token",
            "<project-number> <access-token>",
            Path,
            (words, parse) =>
            {
                var token = EnvProviderCommand.Map(
                    ("accessToken", EnvProviderCommand.Secret(words[1])),
                    ("serviceAccount", EnvProviderCommand.Text(parse.GetValue(account))),
                    ("tokenLifetime", EnvProviderCommand.Text(parse.GetValue(lifetime)))
                );
                return new(Function, EnvProviderCommand.Map(("project", Number(words[0])), ("accessToken", token)), Variables);
            },
            account,
            lifetime
        );
    }

    private static PulumiCommand Oidc(Machine machine)
    {
        var pool = new Option<string?>("--workload-pool-id") { Description = "The workload identity pool; has to be given" };
        var provider = new Option<string?>("--provider-id") { Description = "The provider of that pool; has to be given" };
        var account = new Option<string?>("--service-account") { Description = "The service account to act as; has to be given" };
        var region = new Option<string?>("--region") { Description = "The region of the project" };
        var (lifetime, attributes) = (Lifetime(), EnvProviderCommand.SubjectAttributes());
        return EnvProviderCommand.Command(
            machine,
            "oidc",
            "Add Google Cloud OIDC",
            "<project-number>",
            Path,
            (words, parse) =>
            {
                var missing = new[] { pool, provider, account }.Where(option => string.IsNullOrEmpty(parse.GetValue(option))).ToList();
                if (missing.Count > 0)
                {
                    throw new UserErrorException(
                        $"required flag(s) {string.Join(", ", missing.Select(option => $"\"{option.Name[2..]}\""))} not set"
                    );
                }
                var federation = EnvProviderCommand.Map(
                    ("workloadPoolId", EnvProviderCommand.Text(parse.GetValue(pool))),
                    ("providerId", EnvProviderCommand.Text(parse.GetValue(provider))),
                    ("serviceAccount", EnvProviderCommand.Text(parse.GetValue(account))),
                    ("region", EnvProviderCommand.Text(parse.GetValue(region))),
                    ("tokenLifetime", EnvProviderCommand.Text(parse.GetValue(lifetime))),
                    ("subjectAttributes", EnvProviderCommand.Texts(parse.GetValue(attributes)))
                );
                return new(Function, EnvProviderCommand.Map(("project", Number(words[0])), ("oidc", federation)), Variables);
            },
            pool,
            provider,
            account,
            region,
            lifetime,
            attributes
        );
    }

    /// <summary>Not the name of the project, which it has, too.</summary>
    private static YamlScalar Number(string text) =>
        text.Length > 0 && text.All(char.IsAsciiDigit)
            ? new(text, ScalarKind.Integer)
            : throw new UserErrorException(
                $"'{text}' is not the number of a project; `gcloud projects describe` shows it as projectNumber"
            );
}
