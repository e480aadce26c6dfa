namespace Cli.Stack;

/// <summary>Makes sure that a person means it.</summary>
internal sealed class Confirmation(Session session, bool yes)
{
    /// <summary>By <c>--yes</c> or for the whole environment.</summary>
    public bool Given => yes || session.Machine.IsOn("PULUMI_SKIP_CONFIRMATIONS");

    /// <summary>For what cannot be undone: the name has to be typed.</summary>
    public async Task<bool> ByTyping(string warning, string name, CancellationToken ct)
    {
        await session.Out.WriteLineAsync(warning);
        var prompt = $"Please confirm that this is what you'd like to do by typing `{name}`: ";
        return (await session.Machine.Terminal.ReadLine(prompt, false, ct))?.Trim() == name || await Declined();
    }

    /// <summary>For the rest: No is the default.</summary>
    public async Task<bool> ByChoosing(string question, CancellationToken ct) =>
        await session.Machine.Terminal.Choose(question, ["No", "Yes"], ct) == "Yes" || await Declined();

    private async Task<bool> Declined()
    {
        await session.Out.WriteLineAsync("confirmation declined");
        return false;
    }
}
