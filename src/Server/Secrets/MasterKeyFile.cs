using System.Text;
using System.Text.RegularExpressions;
using Server.Data;
using Server.Settings;

namespace Server.Secrets;

/// <summary>Where the master keys are: a small text file that only its owner can read, with one key a line. Keys are added at its end.</summary>
public sealed partial class MasterKeyFile(string path)
{
    private const string Head = """
        # The master keys of a Holdfast server: an id and 32 bytes in base64, one key a line.
        # Whoever has this file and the database can read every secret; without it nobody can.
        # Keep a copy of it, apart from the backups of the database.

        """;

    public string Path => path;

    public bool Exists => File.Exists(path);

    /// <returns>In the order in which they were added; none if there is no file.</returns>
    /// <exception cref="SettingsException">It cannot be read or is not such a file.</exception>
    public IReadOnlyList<MasterKey> Read()
    {
        try
        {
            return Exists ? [.. File.ReadAllLines(path).Select(l => l.Trim()).Where(l => l.Length > 0 && l[0] != '#').Select(Parse)] : [];
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException($"The file of master keys cannot be read: {problem.Message}");
        }
    }

    /// <summary>On disk when this returns.</summary>
    public void Add(MasterKey key)
    {
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!);
            using var only = FileLock.Wait(path + ".lock");
            var before = Exists ? File.ReadAllText(path).TrimEnd() + "\n" : Head;
            DurableFile.Write(path, Encoding.UTF8.GetBytes($"{before}{key.Line()}\n"));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException(
                $"The master key cannot be written: {problem.Message}\nMake {path} writable for this user, or add a line to it yourself (an id, a space and the output of `openssl rand -base64 32`), or choose another place with --master-key-file FILE."
            );
        }
    }

    private MasterKey Parse(string line)
    {
        var key = new byte[Cipher.KeyLength + 1];
        return
            Shape().Match(line) is { Success: true } match
            && Convert.TryFromBase64String(match.Groups["key"].Value, key, out var length)
            && length == Cipher.KeyLength
            ? new(match.Groups["id"].Value, key[..length])
            : throw new SettingsException(
                $"{path} is no file of master keys: each line is an id, a space and {Cipher.KeyLength} bytes in base64."
            );
    }

    [GeneratedRegex(
        @"^(?<id>[A-Za-z0-9_-]{1,64})\s+(?<key>[A-Za-z0-9+/=]+)$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex Shape();
}
