using System.Text;

namespace Cli.Display;

/// <summary>Columns two spaces apart, without rules.</summary>
internal sealed class Table(params string[] headers)
{
    private readonly List<(string[] Cells, string Below)> rows = [];

    public int Count => rows.Count;

    public void Add(params string[] cells) => rows.Add((cells, ""));

    /// <param name="below">Whole lines that follow the row.</param>
    public void AddWith(string below, params string[] cells) => rows.Add((cells, below));

    public string Text(int indent = 0)
    {
        var all = rows.Prepend((Cells: headers, Below: "")).ToList();
        var widths = Enumerable.Range(0, headers.Length).Select(i => all.Max(row => row.Cells[i].Length)).ToArray();
        var text = new StringBuilder();
        foreach (var (cells, below) in all)
        {
            var line = string.Join("  ", cells.Select((cell, i) => cell.PadRight(widths[i])));
            text.Append(' ', indent).Append(line.TrimEnd()).Append('\n').Append(below);
        }
        return text.ToString();
    }
}
