namespace Cli.Config;

/// <summary>One step into a structured value: a member of a map, or an element of a list.</summary>
/// <param name="Name">Null for an element of a list.</param>
internal readonly record struct PathStep(string? Name, int Index)
{
    public static implicit operator PathStep(string name) => new(name, 0);

    public static implicit operator PathStep(int index) => new(null, index);
}
