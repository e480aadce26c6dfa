using System.CommandLine;
using Cli.Invocation;

namespace Cli.Env.Provider;

internal static class AwsLogin
{
    private const string Function = "fn::open::aws-login";
    private const string Path = "aws.login";

    private static readonly (string, string)[] Variables =
    [
        ("AWS_ACCESS_KEY_ID", "accessKeyId"),
        ("AWS_SECRET_ACCESS_KEY", "secretAccessKey"),
        ("AWS_SESSION_TOKEN", "sessionToken"),
    ];

    public static PulumiCommand Create(Machine machine)
    {
        var command = EnvProviderCommand.Group("aws-login", "AWS", "Have an environment log in to AWS.");
        command.Add(Static(machine));
        command.Add(Oidc(machine));
        return command;
    }

    private static PulumiCommand Static(Machine machine)
    {
        var token = new Option<string?>("--session-token") { Description = "The session token of temporary credentials" };
        return EnvProviderCommand.Command(
            machine,
            "static",
            "Add static AWS credentials",
            "<access-key-id> <secret-access-key>",
            Path,
            (words, parse) =>
            {
                var keys = EnvProviderCommand.Map(
                    ("accessKeyId", EnvProviderCommand.Text(words[0])),
                    ("secretAccessKey", EnvProviderCommand.Secret(words[1])),
                    ("sessionToken", EnvProviderCommand.Secret(parse.GetValue(token)))
                );
                var variables = string.IsNullOrEmpty(parse.GetValue(token)) ? Variables[..2] : Variables;
                return new(Function, EnvProviderCommand.Map(("static", keys)), variables);
            },
            token
        );
    }

    private static PulumiCommand Oidc(Machine machine)
    {
        var duration = new Option<string?>("--duration") { Description = "How long a session lasts, as 1h" };
        var policies = new Option<string[]>("--policy-arn") { Description = "A policy that the session is held to; may be repeated" };
        var attributes = EnvProviderCommand.SubjectAttributes();
        return EnvProviderCommand.Command(
            machine,
            "oidc",
            "Add AWS OIDC",
            "<role-arn> <session-name>",
            Path,
            (words, parse) =>
            {
                var role = EnvProviderCommand.Map(
                    ("roleArn", EnvProviderCommand.Text(words[0])),
                    ("sessionName", EnvProviderCommand.Text(words[1])),
                    ("duration", EnvProviderCommand.Text(parse.GetValue(duration))),
                    ("policyArns", EnvProviderCommand.Texts(parse.GetValue(policies))),
                    ("subjectAttributes", EnvProviderCommand.Texts(parse.GetValue(attributes)))
                );
                return new(Function, EnvProviderCommand.Map(("oidc", role)), Variables);
            },
            duration,
            policies,
            attributes
        );
    }
}
