using Cli.Config.Yaml;
using Cli.Display;
using Cli.Stack;

namespace Cli.Config.Environments;

/// <summary>Shows what a changed list of environments will give to the stack, asks, and writes it.</summary>
internal sealed class EnvironmentListChange(ConfigWork work, bool showSecrets, Confirmation confirmation)
{
    public async Task<int> Run(IReadOnlyList<string> names, CancellationToken ct)
    {
        await Show(names, ct);
        if (!await IsMeant(ct))
        {
            return 1;
        }
        work.Save(config => config.SetEnvironments(names));
        return 0;
    }

    public async Task<bool> IsMeant(CancellationToken ct)
    {
        if (confirmation.Given)
        {
            return true;
        }
        return work.Session.Interactive
            ? await confirmation.ByChoosing("Save?", ct)
            : throw new UserErrorException("--yes must be passed in to proceed when running in non-interactive mode");
    }

    private async Task Show(IReadOnlyList<string> names, CancellationToken ct)
    {
        if (names.Count == 0)
        {
            return;
        }
        var opened = await StackEnvironments.Evaluate(work, StackEnvironments.Importing(names), showSecrets, ct);
        var environment = new EnvironmentConfig(opened, work.Project.Name);
        if (environment.Diagnostics.Any(d => d.Severity != "warning"))
        {
            throw new UserErrorException(
                "the environments have errors:\n"
                    + string.Join('\n', environment.Diagnostics.Select(d => "  " + Env.EnvironmentProblems.Line(d)))
            );
        }
        var table = new Table("KEY", "VALUE");
        foreach (var (key, value) in environment.Values)
        {
            var shown = ConfigValue.Replaced(value, text => YamlValue.Of(showSecrets ? environment.Plaintext(text)! : ConfigValue.Hidden));
            table.Add(key.Show(work.Project.Name), ConfigValue.Text(shown));
        }
        await work.Session.Out.WriteAsync(table.Text());
    }
}
