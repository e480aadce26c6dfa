using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Server.Auth;
using Server.Stacks;
using Server.State;
using Server.Updates.History;

namespace Server.Updates.Comparing;

/// <summary>
/// Makes an old state of a stack its newest: by the rule of an import, as a version of its own. Nothing in any cloud changes until the next update.
/// </summary>
public sealed class RollBack(StateStore states, HistoryStore history, Importing importing, UpdateStore updates)
{
    /// <returns>The version that it makes.</returns>
    /// <exception cref="ApiException">404: nobody knows that state. 409, with who has the stack.</exception>
    public async Task<long> Run(Stack stack, long version, Caller caller, string client, CancellationToken ct)
    {
        await history.RequireState(stack, version, ct);
        using var read = await states.AsOf(stack.Id, version, ct) is { } state ? await states.Read(state, ct) : null;
        var text = Named(read?.Memory ?? StateStore.Empty, stack);
        var array = MemoryMarshal.TryGetArray(text, out var segment) ? segment : new(text.ToArray());
        using var stream = new MemoryStream(array.Array!, array.Offset, array.Count, writable: false);
        var message = string.Create(CultureInfo.InvariantCulture, $"Roll back to version {version}");
        var id = await importing.Import(stack, caller, stream, client, message, opens: _ => Task.FromResult(true), ct); // it was the stack's own before
        return (await updates.Find(id, ct))?.Version ?? throw ApiException.NotFound("The stack was deleted just now");
    }

    /// <summary>The stack may have been renamed since; its resources go by its present name.</summary>
    private static ReadOnlyMemory<byte> Named(ReadOnlyMemory<byte> text, Stack stack)
    {
        var first = Deployment.Read(text).Resources.FirstOrDefault();
        return
            first is null
            || !Urn.TryParse(Encoding.UTF8.GetString(first.Urn), out var urn)
            || urn.Stack == stack.Name && urn.Project == stack.Project
            ? text
            : StateRename.Rename(text, new(stack.Organization, urn.Project, urn.Stack), new(stack.Organization, stack.Project, stack.Name));
    }
}
