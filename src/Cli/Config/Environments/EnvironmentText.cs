using System.Text;
using Cli.Config.Yaml;
using Cli.Display;
using Cli.Env;

namespace Cli.Config.Environments;

/// <summary>What environments give besides configuration: variables, and what is wrong with them.</summary>
internal static class EnvironmentText
{
    public static async Task<string> Of(ConfigWork work, EnvironmentConfig environment, bool showSecrets, CancellationToken ct)
    {
        var text = new StringBuilder();
        if (environment.Variables.Count > 0)
        {
            var table = new Table("ENVIRONMENT VARIABLE", "VALUE");
            foreach (var (name, value) in environment.Variables)
            {
                var shown = showSecrets
                    ? await work.Decrypted(value, ct)
                    : ConfigValue.Replaced(value, _ => YamlValue.Of(ConfigValue.Hidden));
                table.Add(name, ConfigValue.Text(shown));
            }
            text.Append('\n').Append(table.Text());
        }
        if (environment.Diagnostics.Count > 0)
        {
            text.Append("\nEnvironment diagnostics:\n");
            foreach (var diagnostic in environment.Diagnostics)
            {
                text.Append(diagnostic.Severity == "warning" ? "warning: " : "error: ")
                    .Append(EnvironmentProblems.Line(diagnostic))
                    .Append('\n');
            }
        }
        return text.ToString();
    }
}
