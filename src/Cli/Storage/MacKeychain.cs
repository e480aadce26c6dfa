using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Cli.Storage;

/// <summary>
/// The login keychain of macOS, by way of <c>security</c>, which is part of the system. The key lies where the stock CLI's <c>macos-security</c> store keeps
/// it: a generic password whose text is in base64 after a prefix. The key goes through standard input, since others may read a command line.
/// </summary>
internal sealed class MacKeychain(string program) : IKeyStore
{
    public const string Name = "macos-security";

    private const string Prefix = "go-keyring-base64:";
    private const int NotFound = 44;
    private const int InteractionNotAllowed = 36;

    /// <summary>A dialog that nobody sees would be waited for.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private byte[]? key;

    public string Backend => Name;

    /// <returns>Null elsewhere.</returns>
    public static MacKeychain? OfThisMachine() => OperatingSystem.IsMacOS() ? new("/usr/bin/security") : null;

    public byte[]? Find() => key ??= Look();

    public byte[] FindOrMake()
    {
        if (Find() is null)
        {
            var text = Prefix + Convert.ToBase64String(Encoding.UTF8.GetBytes(KeyText.Of(KeyText.Make())));
            Run(["-i"], $"add-generic-password -s 'Pulumi CLI' -a 'credentials-key' -w '{text}'\n");
        }
        // What is kept counts, should somebody else have been quicker.
        return Find() ?? throw new KeyStoreException("it did not keep the key");
    }

    private byte[]? Look()
    {
        var (exit, output, error) = Run(["find-generic-password", "-s", "Pulumi CLI", "-a", "credentials-key", "-w"], "");
        return exit switch
        {
            0 => KeyText.Parse(Plain(output.Trim())),
            NotFound => null,
            InteractionNotAllowed => throw new KeyStoreException("it is locked"),
            _ => throw new KeyStoreException($"`security` says: {error.Trim()}"),
        };
    }

    private static string Plain(string text)
    {
        var bytes = new byte[text.Length];
        return
            text.StartsWith(Prefix, StringComparison.Ordinal) && Convert.TryFromBase64String(text[Prefix.Length..], bytes, out var length)
            ? Encoding.UTF8.GetString(bytes, 0, length)
            : text;
    }

    private (int Exit, string Output, string Error) Run(string[] arguments, string input)
    {
        using var process = new Process { StartInfo = Start(arguments) };
        try
        {
            process.Start();
        }
        catch (Win32Exception fault)
        {
            throw new KeyStoreException(fault.Message) { IsAbsent = true };
        }
        try
        {
            process.StandardInput.Write(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended already, and says why.
        }
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        if (!process.WaitForExit(Patience))
        {
            process.Kill();
            throw new KeyStoreException($"it did not answer within {Patience.TotalSeconds:0} seconds");
        }
#pragma warning disable VSTHRD002 // The process has ended, and with it what it said.
        return (process.ExitCode, output.GetAwaiter().GetResult(), error.GetAwaiter().GetResult());
#pragma warning restore VSTHRD002
    }

    private ProcessStartInfo Start(string[] arguments) =>
        new(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
}
