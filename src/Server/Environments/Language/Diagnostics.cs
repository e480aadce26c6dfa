using Wire;

namespace Server.Environments.Language;

/// <summary>What is to be said of a definition. A definition that is wrong everywhere is told so a hundred times at most.</summary>
public sealed class Diagnostics
{
    private const int Most = 100;

    private readonly List<EnvironmentDiagnostic> _all = [];

    public IReadOnlyList<EnvironmentDiagnostic> All => _all;

    public bool HasErrors { get; private set; }

    public void Error(string summary, SourceRange range)
    {
        HasErrors = true;
        Add(new(summary, range, "error"));
    }

    public void Warning(string summary, SourceRange range) => Add(new(summary, range, "warning"));

    public void Take(Diagnostics other)
    {
        HasErrors |= other.HasErrors;
        foreach (var diagnostic in other._all)
        {
            Add(diagnostic);
        }
    }

    private void Add(EnvironmentDiagnostic diagnostic)
    {
        if (_all.Count < Most && !_all.Contains(diagnostic))
        {
            _all.Add(diagnostic);
        }
    }
}
