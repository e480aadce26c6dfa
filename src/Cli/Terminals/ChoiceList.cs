using Spectre.Console;

namespace Cli.Terminals;

internal static class ChoiceList
{
    /// <returns>Null when interrupted.</returns>
    public static async Task<string?> Show(
        TextWriter output,
        string title,
        IReadOnlyList<string> choices,
        string? preferred,
        CancellationToken ct
    )
    {
        var console = AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Ansi = AnsiSupport.Yes,
                Interactive = InteractionSupport.Yes,
                Out = new AnsiConsoleOutput(output),
            }
        );
        var prompt = new SelectionPrompt<string>().Title(Markup.Escape(title)).UseConverter(Markup.Escape).AddChoices(choices);
        prompt.DefaultValue(preferred ?? choices[0]);
        prompt.SearchEnabled = choices.Count > prompt.PageSize;
        try
        {
            return await prompt.ShowAsync(console, ct);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
        finally
        {
            // Reading keys switches the terminal's cursor keys to application mode and hides the cursor; nobody else switches them back.
            await output.WriteAsync(NormalKeys + ShownCursor);
        }
    }

    private const string NormalKeys = "\e[?1l\e>";
    private const string ShownCursor = "\e[?25h";
}
