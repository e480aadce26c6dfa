using System.Text;
using Tmds.DBus.Protocol;

namespace Cli.Storage;

/// <summary>
/// The Secret Service of a Linux desktop (GNOME Keyring, KWallet, KeePassXC), over the session's D-Bus. The key lies where the stock CLI looks for it. Nothing
/// is ever asked of the person: a locked store is an error that says so.
/// </summary>
internal sealed class SecretService(string address) : IKeyStore
{
    public const string Name = "linux-secretservice";

    private const string Service = "org.freedesktop.secrets";
    private const string Root = "/org/freedesktop/secrets";
    private const string LoginCollection = Root + "/collection/login";
    private const string Interface = "org.freedesktop.Secret.";

    /// <summary>A service that is being started can hang on a prompt that nobody sees.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private static readonly (string Name, string Value)[] Attributes = [("service", "Pulumi CLI"), ("username", "credentials-key")];

    private byte[]? key;

    public string Backend => Name;

    /// <returns>Null in a session without D-Bus.</returns>
    public static SecretService? Of(IReadOnlyDictionary<string, string> environment)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }
        if (environment.TryGetValue("DBUS_SESSION_BUS_ADDRESS", out var address) && address.Length > 0)
        {
            return new(address);
        }
        return environment.TryGetValue("XDG_RUNTIME_DIR", out var folder) && File.Exists(Path.Combine(folder, "bus"))
            ? new($"unix:path={Path.Combine(folder, "bus")}")
            : null;
    }

    public byte[]? Find() => key ??= Wait(Find);

    public byte[] FindOrMake() => key ??= Wait(FindOrMake);

    private T Wait<T>(Func<DBusConnection, Task<T>> work)
    {
#pragma warning disable VSTHRD002 // A program of one thread, which has nothing else to do.
        try
        {
            return Task.Run(() => Run(work)).WaitAsync(Patience).GetAwaiter().GetResult();
        }
        catch (TimeoutException)
        {
            throw new KeyStoreException($"it did not answer within {Patience.TotalSeconds:0} seconds");
        }
#pragma warning restore VSTHRD002
    }

    private async Task<T> Run<T>(Func<DBusConnection, Task<T>> work)
    {
        try
        {
            using var bus = new DBusConnection(address);
            await bus.ConnectAsync();
            return await work(bus);
        }
        catch (DBusErrorReplyException fault)
            when (fault.ErrorName
                    is "org.freedesktop.DBus.Error.ServiceUnknown"
                        or "org.freedesktop.DBus.Error.NameHasNoOwner"
                        or "org.freedesktop.DBus.Error.Spawn.ServiceNotFound"
            )
        {
            throw new KeyStoreException("no Secret Service runs in this session") { IsAbsent = true };
        }
        catch (DBusConnectFailedException)
        {
            throw new KeyStoreException("the session's D-Bus does not answer") { IsAbsent = true };
        }
        catch (DBusExceptionBase fault)
        {
            throw new KeyStoreException(fault.Message);
        }
    }

    private static async Task<byte[]?> Find(DBusConnection bus)
    {
        var (unlocked, locked) = await bus.CallMethodAsync(
            Call(bus, Root, Interface + "Service", "SearchItems", "a{ss}", WriteAttributes),
            static (message, _) =>
            {
                var reader = message.GetBodyReader();
                return (reader.ReadArrayOfObjectPath(), reader.ReadArrayOfObjectPath());
            }
        );
        if (unlocked.Length > 0)
        {
            return KeyText.Parse(await Read(bus, unlocked[0], await OpenSession(bus)));
        }
        return locked.Length == 0 ? null : throw Locked();
    }

    private static async Task<byte[]> FindOrMake(DBusConnection bus)
    {
        if (await Find(bus) is { } known)
        {
            return known;
        }
        var session = await OpenSession(bus);
        var (item, prompt) = await bus.CallMethodAsync(
            Call(
                bus,
                await Collection(bus),
                Interface + "Collection",
                "CreateItem",
                "a{sv}(oayays)b",
                (ref MessageWriter writer) => WriteItem(ref writer, session, KeyText.Of(KeyText.Make()))
            ),
            static (message, _) =>
            {
                var reader = message.GetBodyReader();
                return (reader.ReadObjectPath().ToString(), reader.ReadObjectPath().ToString());
            }
        );
        // What is kept counts, should somebody else have been quicker.
        return item == "/" && prompt != "/" ? throw Locked() : await Find(bus) ?? throw new KeyStoreException("it did not keep the key");
    }

    /// <summary>The one that is unlocked by logging in, where there is one; else the default.</summary>
    private static async Task<string> Collection(DBusConnection bus)
    {
        if (await IsLocked(bus, LoginCollection) is { } login)
        {
            return login ? throw Locked() : LoginCollection;
        }
        var path = await bus.CallMethodAsync(
            Call(bus, Root, Interface + "Service", "ReadAlias", "s", (ref MessageWriter writer) => writer.WriteString("default")),
            static (message, _) => message.GetBodyReader().ReadObjectPath().ToString()
        );
        return path == "/" ? throw new KeyStoreException("it has no keyring yet; make one in its settings") { IsAbsent = true }
            : await IsLocked(bus, path) == true ? throw Locked()
            : path;
    }

    /// <returns>Null if there is no such collection.</returns>
    private static async Task<bool?> IsLocked(DBusConnection bus, string collection)
    {
        try
        {
            return await bus.CallMethodAsync(
                Call(
                    bus,
                    collection,
                    "org.freedesktop.DBus.Properties",
                    "Get",
                    "ss",
                    (ref MessageWriter writer) =>
                    {
                        writer.WriteString(Interface + "Collection");
                        writer.WriteString("Locked");
                    }
                ),
                static (message, _) => message.GetBodyReader().ReadVariantValue().GetBool()
            );
        }
        catch (DBusErrorReplyException)
        {
            return null;
        }
    }

    private static Task<string> OpenSession(DBusConnection bus) =>
        bus.CallMethodAsync(
            Call(
                bus,
                Root,
                Interface + "Service",
                "OpenSession",
                "sv",
                static (ref MessageWriter writer) =>
                {
                    writer.WriteString("plain");
                    writer.WriteVariantString("");
                }
            ),
            static (message, _) =>
            {
                var reader = message.GetBodyReader();
                reader.ReadVariantValue();
                return reader.ReadObjectPath().ToString();
            }
        );

    private static Task<string> Read(DBusConnection bus, string item, string session) =>
        bus.CallMethodAsync(
            Call(bus, item, Interface + "Item", "GetSecret", "o", (ref MessageWriter writer) => writer.WriteObjectPath(session)),
            static (message, _) =>
            {
                var reader = message.GetBodyReader();
                reader.AlignStruct();
                reader.ReadObjectPath();
                reader.ReadArrayOfByte();
                return Encoding.UTF8.GetString(reader.ReadArrayOfByte());
            }
        );

    private static void WriteItem(ref MessageWriter writer, string session, string value)
    {
        var properties = writer.WriteDictionaryStart();
        writer.WriteDictionaryEntryStart();
        writer.WriteString(Interface + "Item.Label");
        writer.WriteVariantString("Password for 'credentials-key' on 'Pulumi CLI'");
        writer.WriteDictionaryEntryStart();
        writer.WriteString(Interface + "Item.Attributes");
        writer.WriteSignature("a{ss}");
        WriteAttributes(ref writer);
        writer.WriteDictionaryEnd(properties);
        writer.WriteStructureStart();
        writer.WriteObjectPath(session);
        writer.WriteArray(Array.Empty<byte>());
        writer.WriteArray(Encoding.UTF8.GetBytes(value));
        writer.WriteString("text/plain; charset=utf8");
        writer.WriteBool(true);
    }

    private static void WriteAttributes(ref MessageWriter writer)
    {
        var start = writer.WriteDictionaryStart();
        foreach (var (name, value) in Attributes)
        {
            writer.WriteDictionaryEntryStart();
            writer.WriteString(name);
            writer.WriteString(value);
        }
        writer.WriteDictionaryEnd(start);
    }

    private delegate void WriteBody(ref MessageWriter writer);

    private static MessageBuffer Call(DBusConnection bus, string path, string @interface, string member, string signature, WriteBody body)
    {
        var writer = bus.GetMessageWriter();
        try
        {
            writer.WriteMethodCallHeader(Service, path, @interface, member, signature);
            body(ref writer);
            return writer.CreateMessage();
        }
        finally
        {
            writer.Dispose();
        }
    }

    private static KeyStoreException Locked() => new("it is locked");
}
