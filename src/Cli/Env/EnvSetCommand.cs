using System.CommandLine;
using Cli.Config;
using Cli.Config.Yaml;
using Cli.Invocation;

namespace Cli.Env;

internal static class EnvSetCommand
{
    public static PulumiCommand Create(Machine machine)
    {
        var secret = new Option<bool>("--secret") { Description = "Encrypt the value" };
        var plaintext = new Option<bool>("--plaintext") { Description = "Store the value in plaintext, even if it looks like a secret" };
        var isString = new Option<bool>("--string") { Description = "The value is a string, whatever it looks like" };
        var file = new Option<string?>("--file", "-f") { Description = "The file with the value; - is standard input" };
        return EnvironmentParts.Command(
            machine,
            "set",
            "Set one value of an environment",
            EnvCommand.OneEnvironment + " <path> <value>",
            (1, 2),
            async (work, environment, rest, parse, ct) =>
            {
                ConfigFlags.RequireOne(parse, secret, plaintext);
                var text =
                    parse.GetValue(file) is { Length: > 0 } path ? await DefinitionFile.Read(work.Session, path, ct)
                    : rest.Length == 2 ? rest[1]
                    : throw new UserErrorException("the value is missing; give it as the last argument or with --file");
                if (!parse.GetValue(secret) && !parse.GetValue(plaintext) && SecretLooks.Like(rest[0], text))
                {
                    throw new UserErrorException(
                        $"value for '{rest[0]}' looks like a secret; rerun with --secret to encrypt it, or --plaintext if you meant to store in plaintext"
                    );
                }
                var value = parse.GetValue(secret)
                    ? Secret(text)
                    : Value(text, parse.GetValue(isString) || parse.GetValue(file) is not null);
                await Run(work, environment, PropertyPath.Parse(rest[0]), value, ct);
                return 0;
            },
            secret,
            plaintext,
            isString,
            file,
            EnvironmentParts.Draft()
        );
    }

    /// <summary>Changes the text only where the value stands.</summary>
    public static async Task Run(
        EnvironmentWork work,
        EnvironmentName environment,
        IReadOnlyList<PathStep> path,
        YamlValue? value,
        CancellationToken ct
    )
    {
        var definition = await work.Client.Definition(environment, decrypt: false, ct);
        PathStep[] place = path[0].Name is "imports" ? [.. path] : ["values", .. path];
        var before = YamlText.Parse(definition.Text);
        var after = value is null ? YamlEdit.Remove(before, place) : YamlEdit.Set(before, place, value);
        await work.Client.Update(environment, after.Text, definition.ETag, ct);
    }

    private static YamlMap Secret(string text) => new([new("fn::secret", YamlValue.Of(text))]);

    /// <summary>YAML, so that lists and numbers are what they look like.</summary>
    private static YamlValue Value(string text, bool isString) =>
        isString ? YamlValue.Of(text)
        : text.Length == 0 ? YamlValue.Of("")
        : YamlText.Parse(text).Value;
}
