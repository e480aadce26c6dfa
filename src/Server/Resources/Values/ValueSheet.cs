using System.Text.Json;

namespace Server.Resources;

/// <summary>Values that a page shows: how much of them it has room for, and which of their secrets the reader has asked to see.</summary>
/// <param name="reveals">Whether there is a form around the values that takes the place of a secret as <c>Reveal</c>.</param>
public sealed class ValueSheet(bool reveals)
{
    private const int MostText = 120_000;
    private const int LongestText = 1_500;
    private const int MostSteps = 1_500;

    private readonly Dictionary<string, JsonElement> _revealed = [];
    private int _text = MostText;
    private int _steps = MostSteps;

    public bool Reveals => reveals;

    /// <summary>A page would become too long to be read, or sent.</summary>
    public bool IsFull => _steps <= 0 || _text <= 0;

    public void Reveal(string place, JsonElement value) => _revealed[place] = value;

    public bool TryRevealed(string place, out JsonElement value) => _revealed.TryGetValue(place, out value);

    public bool Step() => !IsFull && _steps-- > 0;

    /// <returns>As much of the text as there is room for.</returns>
    public string Cut(string text)
    {
        var most = Math.Min(LongestText, Math.Max(_text, 0));
        _text -= Math.Min(text.Length, most);
        return text.Length <= most ? text
            : most > 0 && char.IsHighSurrogate(text[most - 1]) ? text[..(most - 1)]
            : text[..most];
    }
}
