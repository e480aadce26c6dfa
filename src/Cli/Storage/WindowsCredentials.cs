using System.Runtime.InteropServices;
using System.Text;

namespace Cli.Storage;

/// <summary>
/// The credential manager of Windows, which encrypts with the person's DPAPI key. The key lies where the stock CLI's <c>windows-credman</c> store keeps it: a
/// generic credential <c>Pulumi CLI:credentials-key</c>.
/// </summary>
internal sealed partial class WindowsCredentials : IKeyStore
{
    public const string Name = "windows-credman";

    private const string Target = "Pulumi CLI:credentials-key";
    private const int Generic = 1;
    private const int PersistOnThisMachine = 2;
    private const int NotFound = 1168;
    private const int NoSuchLogonSession = 1312;

    public string Backend => Name;

    /// <returns>Null elsewhere.</returns>
    public static WindowsCredentials? OfThisMachine() => OperatingSystem.IsWindows() ? new() : null;

    public byte[]? Find()
    {
        if (!CredRead(Target, Generic, 0, out var found))
        {
            return Marshal.GetLastPInvokeError() is var code && code == NotFound ? null : throw Failed(code);
        }
        try
        {
            var credential = Marshal.PtrToStructure<Credential>(found);
            var blob = new byte[credential.BlobSize];
            Marshal.Copy(credential.Blob, blob, 0, blob.Length);
            return KeyText.Parse(Encoding.UTF8.GetString(blob));
        }
        finally
        {
            CredFree(found);
        }
    }

    public byte[] FindOrMake()
    {
        if (Find() is not { } key)
        {
            Write(Encoding.UTF8.GetBytes(KeyText.Of(KeyText.Make())));
            key = Find() ?? throw new KeyStoreException("it did not keep the key");
        }
        return key;
    }

    private static void Write(byte[] text)
    {
        var (target, user, blob) = (
            Marshal.StringToHGlobalUni(Target),
            Marshal.StringToHGlobalUni("credentials-key"),
            Marshal.AllocHGlobal(text.Length)
        );
        try
        {
            Marshal.Copy(text, 0, blob, text.Length);
            var credential = new Credential
            {
                Type = Generic,
                TargetName = target,
                BlobSize = text.Length,
                Blob = blob,
                Persist = PersistOnThisMachine,
                UserName = user,
            };
            if (!CredWrite(in credential, 0))
            {
                throw Failed(Marshal.GetLastPInvokeError());
            }
        }
        finally
        {
            Marshal.FreeHGlobal(target);
            Marshal.FreeHGlobal(user);
            Marshal.FreeHGlobal(blob);
        }
    }

    private static KeyStoreException Failed(int code) =>
        new(Marshal.GetPInvokeErrorMessage(code).TrimEnd('.')) { IsAbsent = code == NoSuchLogonSession };

    /// <summary>CREDENTIALW of wincred.h.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Credential
    {
        public int Flags;
        public int Type;
        public nint TargetName;
        public nint Comment;
        public long LastWritten;
        public int BlobSize;
        public nint Blob;
        public int Persist;
        public int AttributeCount;
        public nint Attributes;
        public nint TargetAlias;
        public nint UserName;
    }

    [LibraryImport("advapi32", EntryPoint = "CredReadW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool CredRead(string target, int type, int flags, out nint credential);

    [LibraryImport("advapi32", EntryPoint = "CredWriteW", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool CredWrite(in Credential credential, int flags);

    [LibraryImport("advapi32")]
    private static partial void CredFree(nint credential);
}
