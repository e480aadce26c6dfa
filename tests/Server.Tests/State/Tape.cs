namespace Server.Tests.State;

/// <summary>Choices that a property test has drawn, one after the other; 0 for ever when they run out, so that shorter tapes are simpler cases.</summary>
internal sealed class Tape(int[] choices)
{
    private int _next;

    /// <returns>From 0 to less than <paramref name="count"/>.</returns>
    public int Next(int count) => _next < choices.Length && count > 0 ? choices[_next++] % count : 0;

    /// <summary>One time in <paramref name="times"/>.</summary>
    public bool Rarely(int times) => Next(times) == 1;
}
