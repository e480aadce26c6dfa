using System.Text;

namespace Cli.Terminals;

internal static class WindowsTerminal
{
    public static Terminal Open() =>
        new(
            Console.In,
            Console.Out,
            Console.Error,
            !Console.IsInputRedirected,
            !Console.IsOutputRedirected,
            (prompt, hidden, ct) => Task.Run(() => ReadLine(prompt, hidden), ct),
            (title, choices, ct, preferred) => ChoiceList.Show(Console.Out, title, choices, preferred, ct)
        );

    private static string? ReadLine(string prompt, bool hidden)
    {
        Console.Out.Write(prompt);
        if (!hidden)
        {
            return Console.In.ReadLine();
        }
        var line = ReadHidden();
        Console.Out.WriteLine();
        return line;
    }

    private static string? ReadHidden()
    {
        var line = new StringBuilder();
        while (true)
        {
            var key = Console.ReadKey(intercept: true);
            switch (key.Key)
            {
                case ConsoleKey.Enter:
                    return line.ToString();
                case ConsoleKey.Escape:
                case ConsoleKey.Z when key.Modifiers == ConsoleModifiers.Control && line.Length == 0:
                    return null;
                case ConsoleKey.Backspace:
                    line.Length = Math.Max(0, line.Length - 1);
                    break;
                default:
                    line.Append(key.KeyChar is '\0' ? "" : key.KeyChar.ToString());
                    break;
            }
        }
    }
}
