using Cli.Backends;

namespace Cli.Stack;

/// <summary>Lets a person pick one of the project's stacks.</summary>
internal sealed class StackChooser(Workplace work)
{
    private const string Create = "<create a new stack>";

    public async Task<StackDetails> Choose(bool mayCreate, CancellationToken ct)
    {
        var project = work.RequireProject();
        var stacks = await work.Backend.List(new(null, project.Name, null, null), ct);
        if (stacks.Count == 0 && !mayCreate)
        {
            throw new UserErrorException("this command requires a stack, but there are none", Exit.StackNotFound);
        }
        var names = stacks.Select(summary => work.Backend.Show(summary.Stack)).Order(StringComparer.Ordinal).ToList();
        var title = mayCreate ? "Please choose a stack, or create a new one:" : "Please choose a stack:";
        var preferred = work.Selected is { } selected && names.Contains(work.Backend.Show(selected)) ? work.Backend.Show(selected) : null;
        var picked =
            await work.Session.Machine.Terminal.Choose(
                title,
                mayCreate ? [.. names, Create] : names,
                ct,
                preferred ?? (mayCreate ? Create : null)
            ) ?? throw NothingSelected(mayCreate);
        if (picked == Create)
        {
            return await CreateNew(ct);
        }
        var details = await work.Existing(picked, ct);
        work.Select(details.Stack);
        return details;
    }

    /// <summary>A person may have named a stack that is still to be made.</summary>
    public async Task<StackDetails> OfferToCreate(string name, CancellationToken ct)
    {
        await work.Session.Out.WriteLineAsync($"The stack '{name}' does not exist.\n");
        var go = await work.Session.Machine.Terminal.ReadLine(
            "If you would like to create this stack now, please press <ENTER>, otherwise press ^C: ",
            false,
            ct
        );
        return go is null ? throw Workplace.NoSuchStack(name) : await Make(name, ct);
    }

    public static UserErrorException NothingSelected(bool mayCreate) =>
        new($"no stack selected; please use `pulumi stack select`{(mayCreate ? " or `pulumi stack init`" : "")} to choose one");

    private async Task<StackDetails> CreateNew(CancellationToken ct)
    {
        var hint = work.Backend.IsCloud
            ? ".\nTo create a stack in an organization, use the format <org-name>/<stack-name> (e.g. `acmecorp/dev`)"
            : "";
        var name = await work.Session.Machine.Terminal.ReadLine($"Please enter your desired stack name{hint}: ", false, ct);
        return await Make(name?.Trim() ?? "", ct);
    }

    private async Task<StackDetails> Make(string name, CancellationToken ct)
    {
        var stack = await new StackCreation(work).Run(work.Backend.Parse(name), new("default", [], null), ct);
        work.Select(stack);
        return new(stack, new Dictionary<string, string>());
    }
}
