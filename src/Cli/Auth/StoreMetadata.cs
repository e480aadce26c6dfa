using System.Globalization;

namespace Cli.Auth;

/// <summary><c>meta.yaml</c>: one number.</summary>
internal static class StoreMetadata
{
    public static int Version(string text)
    {
        var line = text.Split('\n').FirstOrDefault(line => line.StartsWith("version:", StringComparison.Ordinal));
        if (line is null)
        {
            return 0;
        }
        var number = line["version:".Length..].Split('#')[0].Trim();
        return int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? version
            : throw new UserErrorException($"corrupt store: unmarshal 'meta.yaml': '{number}' is not a version");
    }

    public static void Write(string path, int version)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var temporary = path + "." + Path.GetRandomFileName();
        File.WriteAllText(temporary, $"version: {version}\n");
        File.Move(temporary, path, overwrite: true);
    }
}
