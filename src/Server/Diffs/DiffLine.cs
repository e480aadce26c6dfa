using System.Runtime.InteropServices;

namespace Server.Diffs;

public enum Mark
{
    /// <summary>Says where one is.</summary>
    Same,
    Added,
    Removed,
    Changed,
}

/// <summary>A line of a difference as it is shown. All texts come from strangers.</summary>
/// <param name="Depth">How deep it is nested.</param>
/// <param name="Name">Of a property, or an index; empty for a line of a text.</param>
/// <param name="Text">Its value; of a change the old one.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct DiffLine(Mark Mark, int Depth, string Name, string Text)
{
    /// <summary>Of a change: the new value.</summary>
    public string? Now { get; init; }

    /// <summary>The change makes the resource a new one.</summary>
    public bool Replaces { get; init; }
}

/// <summary>How much of a difference is shown.</summary>
/// <param name="Value">The most characters of one value.</param>
/// <param name="Characters">Of all together.</param>
public sealed record DiffLimits(int Lines, int Value, int Characters)
{
    /// <summary>One of many on a page.</summary>
    public static readonly DiffLimits Short = new(40, 200, 3_000);

    /// <summary>On a page of its own.</summary>
    public static readonly DiffLimits Long = new(2_000, 20_000, 400_000);
}
