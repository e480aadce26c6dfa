namespace Cli;

internal static class ColorChoice
{
    public static readonly string[] Names = ["auto", "always", "never", "raw"];

    /// <returns>Whether to colour.</returns>
    public static bool Parse(string choice, Machine machine) =>
        choice switch
        {
            "auto" => machine.Terminal.OutIsTerminal && !machine.Environment.ContainsKey("NO_COLOR"),
            "always" => true,
            "never" or "raw" => false,
            _ => throw new UserErrorException($"unsupported color option: '{choice}'.  Supported values are: {string.Join(", ", Names)}"),
        };
}
