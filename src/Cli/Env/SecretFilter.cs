using System.Text;

namespace Cli.Env;

/// <summary>Lets output through, but not the secrets in it.</summary>
internal static class SecretFilter
{
    private const string Instead = "[secret]";

    /// <param name="secrets">Longest first.</param>
    public static async Task Copy(TextReader from, TextWriter to, IReadOnlyList<string> secrets, CancellationToken ct)
    {
        var (buffer, held) = (new char[4096], new StringBuilder());
        while (await from.ReadAsync(buffer, ct) is var count and > 0)
        {
            held.Append(buffer, 0, count);
            foreach (var secret in secrets)
            {
                held.Replace(secret, Instead);
            }
            var rest = Beginning(held.ToString(), secrets);
            await to.WriteAsync(held.ToString(0, held.Length - rest).AsMemory(), ct);
            await to.FlushAsync(ct);
            held.Remove(0, held.Length - rest);
        }
        await to.WriteAsync(held.ToString().AsMemory(), ct);
        await to.FlushAsync(ct);
    }

    /// <returns>How many characters at the end may be the beginning of a secret: they wait for what follows.</returns>
    private static int Beginning(string text, IReadOnlyList<string> secrets)
    {
        var longest = 0;
        foreach (var secret in secrets)
        {
            for (var length = Math.Min(secret.Length - 1, text.Length); length > longest; length--)
            {
                if (text.AsSpan(text.Length - length).SequenceEqual(secret.AsSpan(0, length)))
                {
                    longest = length;
                }
            }
        }
        return longest;
    }
}
