using Server.Http;

namespace Server.OAuth;

/// <summary>Which command asks, as far as it says; the address is what the server saw.</summary>
public record Asker
{
    private const int Longest = 100;

    public required string Host { get; init; }
    public required string Command { get; init; }
    public required string Address { get; init; }

    /// <param name="field">Reads a field of the request.</param>
    public static Asker From(HttpContext http, Func<string, string?> field) =>
        new()
        {
            Host = Clean(field("device_name"), "an unnamed machine"),
            Command = Clean(field("command"), "pulumi login"),
            Address = http.ClientAddress(),
        };

    private static string Clean(string? text, string fallback)
    {
        var clean = new string([.. (text ?? "").Where(c => !char.IsControl(c) && !char.IsSurrogate(c)).Take(Longest)]).Trim();
        return clean.Length == 0 ? fallback : clean;
    }
}
