using System.Globalization;

namespace Cli.Providers;

/// <summary>A bearer token and until when it is good.</summary>
internal sealed record ProviderToken(string Text, DateTimeOffset Expires)
{
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(2);

    public bool IsGoodAt(DateTimeOffset now) => now < Expires - Margin;

    /// <summary>From the answer of a token endpoint; null when it holds none.</summary>
    public static ProviderToken? Of(Answer? answer, DateTimeOffset now) =>
        answer is { IsGood: true } && answer["access_token"] is { } text
            ? new(text, now.AddSeconds(int.TryParse(answer["expires_in"], CultureInfo.InvariantCulture, out var seconds) ? seconds : 300))
            : null;
}
