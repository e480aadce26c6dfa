namespace Cli.Terminals;

/// <summary>The three streams, and what can be asked of a person behind them.</summary>
/// <param name="ReadLine">Shows a prompt and reads one line; see <see cref="ReadLine"/>.</param>
/// <param name="Choose">Shows a title and a list; see <see cref="Terminals.Choose"/>.</param>
internal sealed record Terminal(
    TextReader In,
    TextWriter Out,
    TextWriter Error,
    bool InIsTerminal,
    bool OutIsTerminal,
    ReadLine ReadLine,
    Choose Choose
);

/// <param name="preferred">The choice that Enter takes at once; null is the first.</param>
/// <returns>Null when the person leaves without choosing.</returns>
internal delegate Task<string?> Choose(string title, IReadOnlyList<string> choices, CancellationToken ct, string? preferred = null);

/// <param name="hidden">What is typed is not shown, not even as stars.</param>
/// <returns>Without the line end; null at the end of input and when interrupted.</returns>
internal delegate Task<string?> ReadLine(string prompt, bool hidden, CancellationToken ct);
