using Wire;

namespace Server.Environments.Language;

/// <summary>What one evaluation has said, and how much it may still do: a small definition can ask for endless work.</summary>
public sealed class Work
{
    private const long Most = 32 * 1024 * 1024;

    private long _done;

    public Diagnostics Diagnostics { get; } = new();

    /// <param name="amount">Values made or characters written.</param>
    /// <exception cref="EvaluationException">That is too much.</exception>
    public void Charge(long amount, SourceRange where)
    {
        _done += amount;
        if (_done > Most)
        {
            throw new EvaluationException("the evaluation takes too much work", where);
        }
    }
}
