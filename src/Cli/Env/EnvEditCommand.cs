using System.CommandLine;
using Cli.Invocation;

namespace Cli.Env;

internal static class EnvEditCommand
{
    public static PulumiCommand Create(Machine machine)
    {
        var editor = new Option<string?>("--editor") { Description = "The command that edits a file; else VISUAL or EDITOR" };
        var file = new Option<string?>("--file", "-f") { Description = "The file with the new definition; - is standard input" };
        var secrets = new Option<bool>("--show-secrets") { Description = "Edit secrets in plaintext" };
        var command = EnvironmentParts.Command(
            machine,
            "edit",
            "Edit an environment's definition in an editor or from a file",
            EnvCommand.OneEnvironment,
            (0, 0),
            async (work, environment, _, parse, ct) =>
            {
                if (parse.GetValue(file) is { Length: > 0 } path)
                {
                    await work.Client.Update(environment, await DefinitionFile.Read(work.Session, path, ct), etag: null, ct);
                    work.Session.Say("Environment updated.");
                    return 0;
                }
                return await Interactively(work, environment, parse.GetValue(editor), parse.GetValue(secrets), ct);
            },
            editor,
            file,
            secrets,
            EnvironmentParts.Draft()
        );
        command.Aliases.Add("update");
        command.Aliases.Add("modify");
        return command;
    }

    /// <summary>A definition that is refused is edited again, so nothing that was typed is lost.</summary>
    private static async Task<int> Interactively(
        EnvironmentWork work,
        EnvironmentName environment,
        string? editor,
        bool secrets,
        CancellationToken ct
    )
    {
        var machine = Machine(work.Session.Machine, editor);
        var before = await work.Client.Definition(environment, secrets, ct);
        var file = Path.Combine(Directory.CreateTempSubdirectory("pulumi-env-").FullName, environment.Name + ".yaml");
        try
        {
            await File.WriteAllTextAsync(file, before.Text, ct);
            while (true)
            {
                var after = await machine.Edit(file, ct)
                    ? await File.ReadAllTextAsync(file, ct)
                    : throw new UserErrorException("the editor failed; name another with --editor, or give the definition with --file");
                if (after == before.Text)
                {
                    work.Session.Say("Aborting edit: the definition was not changed.");
                    return 0;
                }
                try
                {
                    await work.Client.Update(environment, after, before.ETag, ct);
                    work.Session.Say("Environment updated.");
                    return 0;
                }
                catch (UserErrorException problem) when (work.Session.Interactive)
                {
                    work.Session.Say("error: " + problem.Message);
                    if (await work.Session.Machine.Terminal.Choose("Edit it again?", ["Yes", "No"], ct) != "Yes")
                    {
                        return 1;
                    }
                }
            }
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(file)!, recursive: true); // it may hold secrets
        }
    }

    private static Machine Machine(Machine machine, string? editor) =>
        string.IsNullOrEmpty(editor)
            ? machine
            : machine with
            {
                Edit = (file, ct) => Editor.Open(new Dictionary<string, string> { ["VISUAL"] = editor }, file, ct),
            };
}
