using System.CommandLine;
using Cli.Config;
using Cli.Config.Yaml;
using Cli.Invocation;

namespace Cli.Env.Provider;

/// <summary>Writes into an environment how it logs in to a provider: the call of a function, and variables that name what it gives.</summary>
internal static class EnvProviderCommand
{
    private const string Environment = "[<org>/][<project>/]<environment-name> ";

    public static PulumiCommand Create(Machine machine)
    {
        var command = Group("provider", "Login providers", "Have an environment log in to a provider when it is opened.");
        command.Add(AwsLogin.Create(machine));
        command.Add(AzureLogin.Create(machine));
        command.Add(GcpLogin.Create(machine));
        return command;
    }

    public static PulumiCommand Group(string name, string summary, string explanation)
    {
        var command = new PulumiCommand(name, summary) { Explanation = explanation };
        command.Add(EnvironmentParts.Env());
        return command;
    }

    /// <summary>Writes one kind of login.</summary>
    /// <param name="arguments">After the environment's name, with blanks in between.</param>
    /// <param name="login">Makes it out of the words that the arguments stand for.</param>
    /// <param name="options">Of this kind alone.</param>
    public static PulumiCommand Command(
        Machine machine,
        string name,
        string summary,
        string arguments,
        string path,
        Func<string[], ParseResult, Login> login,
        params Option[] options
    )
    {
        var place = new Option<string>("--path")
        {
            Description = "Where among the environment's values the login is",
            DefaultValueFactory = _ => path,
        };
        var create = new Option<bool>("--create") { Description = "Make the environment if it is not there" };
        var export = new Option<bool>("--export-env-vars") { Description = "Also set the variables that programs look for" };
        var words = arguments.Split(' ').Length;
        return EnvironmentParts.Command(
            machine,
            name,
            summary,
            Environment + arguments,
            (words, words),
            async (work, environment, rest, parse, ct) =>
            {
                var wanted = login(rest, parse);
                if (parse.GetValue(create) && !await work.IsThere(environment, ct))
                {
                    await work.Client.Create(environment, ct);
                }
                await Write(work, environment, parse.GetValue(place)!, wanted, parse.GetValue(export), ct);
                return 0;
            },
            [place, create, export, EnvironmentParts.Draft(), .. options]
        );
    }

    public static Option<string[]> SubjectAttributes() =>
        new("--subject-attribute") { Description = "An attribute that the token's subject has; may be repeated" };

    /// <summary>Members that have a value.</summary>
    public static YamlMap Map(params (string Name, YamlValue? Value)[] members) =>
        new([
            .. members
                .Where(member => member.Value is not null)
                .Select(member => new KeyValuePair<string, YamlValue>(member.Name, member.Value!)),
        ]);

    /// <returns>Null for none.</returns>
    public static YamlValue? Text(string? text) => string.IsNullOrEmpty(text) ? null : YamlValue.Of(text);

    public static YamlValue? Secret(string? text) => Text(text) is { } value ? Map(("fn::secret", value)) : null;

    public static YamlValue? Texts(string[]? texts) => texts is { Length: > 0 } ? new YamlList([.. texts.Select(YamlValue.Of)]) : null;

    /// <summary>The text changes only there.</summary>
    private static async Task Write(
        EnvironmentWork work,
        EnvironmentName environment,
        string path,
        Login login,
        bool export,
        CancellationToken ct
    )
    {
        var definition = await work.Client.Definition(environment, decrypt: false, ct);
        var text = YamlEdit.Set(
            YamlText.Parse(definition.Text),
            ["values", .. PropertyPath.Parse(path)],
            Map((login.Function, login.Inputs))
        );
        foreach (var (variable, output) in export ? login.Variables : [])
        {
            text = YamlEdit.Set(text, ["values", "environmentVariables", variable], YamlValue.Of($"${{{path}.{output}}}"));
        }
        await work.Client.Update(environment, text.Text, definition.ETag, ct);
    }
}

/// <param name="Function">That makes the login when the environment is opened.</param>
/// <param name="Variables">Those that programs look for, each with the member of the login that has its value.</param>
internal sealed record Login(string Function, YamlMap Inputs, params (string Variable, string Output)[] Variables);
