using Cli.Config.Yaml;
using Cli.Invocation;

namespace Cli.Env.Provider;

internal static class AzureLogin
{
    private const string Function = "fn::open::azure-login";
    private const string Path = "azure.login";

    private static readonly (string, string)[] Variables =
    [
        ("ARM_CLIENT_ID", "clientId"),
        ("ARM_TENANT_ID", "tenantId"),
        ("ARM_SUBSCRIPTION_ID", "subscriptionId"),
    ];

    public static PulumiCommand Create(Machine machine)
    {
        var attributes = EnvProviderCommand.SubjectAttributes();
        var command = EnvProviderCommand.Group("azure-login", "Azure", "Have an environment log in to Azure.");
        command.Add(
            EnvProviderCommand.Command(
                machine,
                "static",
                "Add static Azure credentials",
                "<tenant-id> <subscription-id> <client-id> <client-secret>",
                Path,
                (words, _) =>
                    new(
                        Function,
                        Inputs(words, ("clientSecret", EnvProviderCommand.Secret(words[3]))),
                        [.. Variables, ("ARM_CLIENT_SECRET", "clientSecret")]
                    )
            )
        );
        command.Add(
            EnvProviderCommand.Command(
                machine,
                "oidc",
                "Add Azure OIDC",
                "<tenant-id> <subscription-id> <client-id>",
                Path,
                (words, parse) =>
                    new(
                        Function,
                        Inputs(
                            words,
                            ("oidc", new YamlScalar("true", ScalarKind.Boolean)),
                            ("subjectAttributes", EnvProviderCommand.Texts(parse.GetValue(attributes)))
                        ),
                        [.. Variables, ("ARM_OIDC_TOKEN", "oidc.token")]
                    ),
                attributes
            )
        );
        return command;
    }

    private static YamlMap Inputs(string[] words, params (string Name, YamlValue? Value)[] more) =>
        EnvProviderCommand.Map([
            ("clientId", EnvProviderCommand.Text(words[2])),
            ("tenantId", EnvProviderCommand.Text(words[0])),
            ("subscriptionId", EnvProviderCommand.Text(words[1])),
            .. more,
        ]);
}
