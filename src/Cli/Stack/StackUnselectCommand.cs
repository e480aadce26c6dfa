using Cli.Auth;
using Cli.Invocation;
using Cli.Project;
using Cli.Storage;

namespace Cli.Stack;

internal static class StackUnselectCommand
{
    public static PulumiCommand Create(Machine machine) =>
        new PulumiCommand("unselect", "Clear the selection of a stack from the current workspace")
        {
            Explanation =
                "Clear the selection of a stack from the current workspace.\n\n"
                + "Commands then need to be told which stack is meant. The back end is not asked.",
        }.Runs(machine, (session, _, _) => Run(session));

    internal static Task<int> Run(Session session)
    {
        var selection = new Selection(session.Machine, ProjectFile.Require(session.Machine));
        var url = BackendChoice.Configured(session, new CredentialStore(session), "could not get cloud url: ").Url;
        if (selection.Of(url) is not null)
        {
            selection.Set(url, null);
            session.Say("Stack was unselected");
        }
        return Task.FromResult(0);
    }
}
