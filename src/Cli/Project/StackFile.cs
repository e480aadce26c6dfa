using System.Security.Cryptography;
using System.Text;
using Cli.Config;
using Cli.Config.Yaml;
using Cli.Storage;

namespace Cli.Project;

/// <summary>
/// <c>Pulumi.&lt;stack&gt;.yaml</c>: the settings of a stack's secrets provider, and its configuration. Edits are patches of the text, so that
/// comments, order and layout stay. Each edit gives a new value; <see cref="Save"/> writes it.
/// </summary>
internal sealed class StackFile
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private const char ByteOrderMark = '\uFEFF';
    private readonly YamlValue document;
    private readonly bool hasMark;

    private StackFile(string path, string text, bool hasMark)
    {
        (Path, Text, this.hasMark) = (path, text, hasMark);
        try
        {
            document = YamlText.Parse(text).Value;
        }
        catch (UserErrorException problem)
        {
            throw new UserErrorException($"could not unmarshal '{path}': {problem.Message}");
        }
        if (document is not YamlMap)
        {
            throw new UserErrorException($"could not read '{path}': it is not a map");
        }
    }

    public string Path { get; }
    public string Text { get; }
    public bool IsJson => Path.EndsWith(".json", StringComparison.OrdinalIgnoreCase);
    public string? SecretsProvider => Setting("secretsprovider");
    public string? EncryptedKey => Setting("encryptedkey");
    public string? EncryptionSalt => Setting("encryptionsalt");
    public StackConfig Config => new(Text, IsJson);

    /// <summary>Every <c>{secure: …}</c>, at any depth of <c>config</c>.</summary>
    public IReadOnlyList<string> Ciphertexts => document.Find(["config"]) is { } config ? [.. ConfigValue.Ciphertexts(config)] : [];

    /// <summary>A file that is not there is an empty one.</summary>
    public static StackFile Read(string path)
    {
        try
        {
            var text = File.Exists(path) ? Utf8.GetString(File.ReadAllBytes(path)) : "";
            return text.StartsWith(ByteOrderMark) ? new(path, text[1..], hasMark: true) : new(path, text, hasMark: false);
        }
        catch (DecoderFallbackException)
        {
            throw new UserErrorException($"could not read '{path}': it is not UTF-8 text");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"could not read '{path}': {FileFault.Reason(problem)}");
        }
    }

    public static StackFile Of(string path, string text) => new(path, text, hasMark: false);

    public StackFile With(StackConfig config) => config.Text == Text ? this : new(Path, config.Text, hasMark);

    /// <param name="value">Null removes it.</param>
    public StackFile WithSetting(string key, string? value)
    {
        var changed = value is null ? YamlEdit.Remove(Text, [key], IsJson) : YamlEdit.Set(Text, [key], YamlValue.Of(value), IsJson);
        return changed == Text ? this : new(Path, changed, hasMark);
    }

    public StackFile WithSecrets(IReadOnlyDictionary<string, string> replacements)
    {
        var config = document.Find(["config"]) ?? YamlMap.Empty;
        var changed = ConfigValue.Replaced(config, text => ConfigValue.Secret(replacements[text]));
        return changed.Equals(config) ? this : new(Path, YamlEdit.Set(Text, ["config"], changed, IsJson), hasMark);
    }

    public void Save()
    {
        using var _ = Lock();
        Write();
    }

    /// <returns>False when the file says something else by now than it did before.</returns>
    public bool TrySave(StackFile before)
    {
        using var _ = Lock();
        if (Read(Path).Text != before.Text)
        {
            return false;
        }
        Write();
        return true;
    }

    private string? Setting(string key) =>
        document.Find([key]) is { } value && ConfigValue.Text(value) is { Length: > 0 } text ? text : null;

    /// <summary>Held by one program at a time, on the folder: a lock file would lie among the project's files.</summary>
    private IDisposable? Lock()
    {
        var folder = System.IO.Path.GetDirectoryName(Path)!;
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"could not write '{Path}': {FileFault.Reason(problem)}");
        }
        return OperatingSystem.IsWindows() ? null : Unix.LockFolder(folder);
    }

    private void Write()
    {
        // A link stays a link: what it points to is replaced.
        var target = new FileInfo(Path).LinkTarget is null ? Path : File.ResolveLinkTarget(Path, returnFinalTarget: true)?.FullName ?? Path;
        var temporary = $"{target}.{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6))}.tmp";
        try
        {
            using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0))
            {
                if (!OperatingSystem.IsWindows() && File.Exists(target))
                {
                    File.SetUnixFileMode(file.SafeFileHandle, File.GetUnixFileMode(target));
                }
                file.Write(Utf8.GetBytes(hasMark ? ByteOrderMark + Text : Text));
                file.Flush(flushToDisk: true);
            }
            File.Move(temporary, target, overwrite: true);
            if (!OperatingSystem.IsWindows())
            {
                Unix.SyncFolder(System.IO.Path.GetDirectoryName(target)!);
            }
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            File.Delete(temporary);
            throw new UserErrorException($"could not write '{Path}': {FileFault.Reason(problem)}");
        }
    }
}
