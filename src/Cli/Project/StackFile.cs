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
    private readonly YamlText document;
    private readonly bool hasMark;

    private StackFile(string path, YamlText document, bool hasMark)
    {
        (Path, this.document, this.hasMark) = (path, document, hasMark);
        if (document.Value is not YamlMap)
        {
            throw new UserErrorException($"could not read '{path}': it is not a map");
        }
    }

    public string Path { get; }
    public string Text => document.Text;
    public bool IsJson => Path.EndsWith(".json", StringComparison.OrdinalIgnoreCase);
    public string? SecretsProvider => Setting("secretsprovider");
    public string? EncryptedKey => Setting("encryptedkey");
    public string? EncryptionSalt => Setting("encryptionsalt");
    public StackConfig Config => new(document, IsJson);

    /// <summary>Every <c>{secure: …}</c>, at any depth of <c>config</c>.</summary>
    public IReadOnlyList<string> Ciphertexts => document.Value.Find(["config"]) is { } config ? [.. ConfigValue.Ciphertexts(config)] : [];

    /// <summary>A file that is not there is an empty one.</summary>
    public static StackFile Read(string path)
    {
        var text = TextOf(path);
        return text.StartsWith(ByteOrderMark) ? new(path, Parse(path, text[1..]), hasMark: true) : Of(path, text);
    }

    public static StackFile Of(string path, string text) => new(path, Parse(path, text), hasMark: false);

    public StackFile With(StackConfig config) => Changed(config.Document);

    /// <param name="value">Null removes it.</param>
    public StackFile WithSetting(string key, string? value) =>
        Changed(value is null ? YamlEdit.Remove(document, [key], IsJson) : YamlEdit.Set(document, [key], YamlValue.Of(value), IsJson));

    public StackFile WithSecrets(IReadOnlyDictionary<string, string> replacements)
    {
        var config = document.Value.Find(["config"]);
        return config is null
            ? this
            : Changed(
                YamlEdit.Set(document, ["config"], ConfigValue.Replaced(config, text => ConfigValue.Secret(replacements[text])), IsJson)
            );
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
        if (TextOf(Path).TrimStart(ByteOrderMark) != before.Text)
        {
            return false;
        }
        Write();
        return true;
    }

    private string? Setting(string key) =>
        document.Value.Find([key]) is { } value && ConfigValue.Text(value) is { Length: > 0 } text ? text : null;

    private StackFile Changed(YamlText changed) => ReferenceEquals(changed, document) ? this : new(Path, changed, hasMark);

    private static YamlText Parse(string path, string text)
    {
        try
        {
            return YamlText.Parse(text);
        }
        catch (UserErrorException problem)
        {
            throw new UserErrorException($"could not unmarshal '{path}': {problem.Message}");
        }
    }

    private static string TextOf(string path)
    {
        try
        {
            return File.Exists(path) ? Utf8.GetString(File.ReadAllBytes(path)) : "";
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
        RemoveLeftovers(target);
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

    /// <summary>What a killed process left behind; on Windows, where nobody holds the lock, it may still be at work.</summary>
    private static void RemoveLeftovers(string target)
    {
        if (!OperatingSystem.IsWindows())
        {
            foreach (
                var leftover in Directory.EnumerateFiles(
                    System.IO.Path.GetDirectoryName(target)!,
                    System.IO.Path.GetFileName(target) + ".*.tmp"
                )
            )
            {
                File.Delete(leftover);
            }
        }
    }
}
