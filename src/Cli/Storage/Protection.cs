namespace Cli.Storage;

/// <summary>
/// How stored credentials are encrypted. Without a wish (<c>PULUMI_CREDENTIAL_STORE</c>), with the key store of the operating system where there is one. What
/// is encrypted stays so, with the same key store: if that does not answer, the command ends and the file is left alone.
/// </summary>
internal sealed class Protection(Session session)
{
    private enum Wish
    {
        None,
        Auto,
        Os,
        KeyFile,
        Plaintext,
    }

    /// <summary><c>--require-encryption</c></summary>
    public bool IsRequired { get; init; }

    /// <summary>Says so where somebody who wants encryption has credentials that are not encrypted.</summary>
    /// <exception cref="UserErrorException">The wish is none of those that there are.</exception>
    public void Look(Envelope? envelope, bool isNew)
    {
        if (TheWish() is Wish.Auto or Wish.Os or Wish.KeyFile && envelope is null && !isNew && session.CommandPath != "pulumi login")
        {
            session.WarnOnce("credentials are stored in plaintext; the next `pulumi login` or credential update will encrypt them");
        }
    }

    /// <returns>The credentials as text.</returns>
    /// <exception cref="UndecryptableException">They cannot be opened here, now or later.</exception>
    /// <exception cref="UserErrorException">They cannot be opened now.</exception>
    public byte[] Open(Envelope envelope, string path)
    {
        var store =
            StoreNamed(envelope.Backend)
            ?? throw new UndecryptableException($"'{path}' is encrypted by the '{envelope.Backend}' store, which this program cannot open");
        byte[]? key;
        try
        {
            key = store.Find();
        }
        catch (KeyStoreException fault)
        {
            throw new LockedCredentialsException(
                $"the credentials in '{path}' are encrypted with a key in {Describe(store)}, which does not give it: {fault.Message}. "
                    + "Unlock it and try again; or set PULUMI_ACCESS_TOKEN for this command"
            );
        }
        if (key is null)
        {
            throw new UndecryptableException($"'{path}' is encrypted with a key that {Describe(store)} does not have any more");
        }
        return envelope.Open(key)
            ?? throw new UndecryptableException($"'{path}' was encrypted with another key than {Describe(store)} has, or has been changed");
    }

    /// <returns>What the file is to hold.</returns>
    /// <param name="before">Null if the file was not encrypted.</param>
    /// <param name="isNew">There was no file.</param>
    public byte[] Seal(byte[] plain, Envelope? before, bool isNew)
    {
        if (Choose(before) is not { } store)
        {
            return plain;
        }
        try
        {
            return Seal(plain, store, isNewlyEncrypted: before is null && !isNew);
        }
        catch (KeyStoreException fault) when (MayUseAnother(before) && IsRequired && fault.IsAbsent)
        {
            return Seal(plain, new KeyFile(session.Machine), isNewlyEncrypted: !isNew);
        }
        catch (KeyStoreException fault) when (MayUseAnother(before) && !IsRequired)
        {
            if (!fault.IsAbsent || TheWish() == Wish.Auto)
            {
                session.Warn("storing Pulumi credentials in plaintext: " + fault.Message);
            }
            return plain;
        }
        catch (KeyStoreException fault)
        {
            throw Unprotected(store, fault.Message);
        }
    }

    private byte[] Seal(byte[] plain, IKeyStore store, bool isNewlyEncrypted)
    {
        var text = Envelope.Seal(plain, store.Backend, store.FindOrMake()).Write();
        if (isNewlyEncrypted)
        {
            session.Say("Stored Pulumi credentials are now encrypted");
        }
        return text;
    }

    /// <summary>Neither was one chosen by the person, nor is there one that has the key already.</summary>
    private bool MayUseAnother(Envelope? before) => before is null && TheWish() is Wish.None or Wish.Auto;

    /// <returns>Null for plain text.</returns>
    private IKeyStore? Choose(Envelope? before) =>
        TheWish() switch
        {
            Wish.Plaintext when !IsRequired => null,
            Wish.KeyFile => new KeyFile(session.Machine),
            Wish.Os => session.Machine.OsKeys
                ?? throw new UserErrorException(
                    "PULUMI_CREDENTIAL_STORE=os but no usable OS credential protection (set PULUMI_CREDENTIAL_STORE=plaintext to override): "
                        + NoOsKeys
                ),
            Wish.Plaintext => throw new UserErrorException(
                "--require-encryption and PULUMI_CREDENTIAL_STORE=plaintext contradict each other; drop one of them"
            ),
            var wish => before is null ? ByItself(wish) : StoreNamed(before.Backend),
        };

    private IKeyStore? ByItself(Wish wish)
    {
        if (session.Machine.OsKeys is { } keys)
        {
            return keys;
        }
        if (wish == Wish.Auto && !IsRequired)
        {
            session.Warn("storing Pulumi credentials in plaintext: " + NoOsKeys);
        }
        return IsRequired ? new KeyFile(session.Machine) : null;
    }

    private const string NoOsKeys = "no Secret Service (GNOME Keyring, KWallet, KeePassXC) was found on this machine";

    private UserErrorException Unprotected(IKeyStore store, string reason) =>
        TheWish() == Wish.Os
            ? new(
                $"PULUMI_CREDENTIAL_STORE=os but no usable OS credential protection (set PULUMI_CREDENTIAL_STORE=plaintext to override): {reason}"
            )
            : new(
                $"nothing was stored: the credentials must be encrypted, and {Describe(store)} gives no key: {reason}. Unlock it and try again"
            );

    private IKeyStore? StoreNamed(string backend) =>
        backend == KeyFile.Name ? new KeyFile(session.Machine)
        : backend == session.Machine.OsKeys?.Backend ? session.Machine.OsKeys
        : backend is SecretService.Name or MacKeychain.Name or WindowsCredentials.Name ? new NoKeys(backend)
        : null;

    private static string Describe(IKeyStore store) => store is KeyFile ? "the key file" : "the OS credential store";

    private Wish TheWish()
    {
        var value = session.Machine.Variable("PULUMI_CREDENTIAL_STORE") ?? "";
        return value.ToLowerInvariant() switch
        {
            "" => Wish.None,
            "auto" => Wish.Auto,
            "os" => Wish.Os,
            "key-file" => Wish.KeyFile,
            "plaintext" => Wish.Plaintext,
            _ => throw new UserErrorException($"invalid PULUMI_CREDENTIAL_STORE value \"{value}\" (want auto, os, or plaintext)"),
        };
    }

    /// <summary>A store that this program knows, on a machine or in a session without it.</summary>
    private sealed class NoKeys(string backend) : IKeyStore
    {
        public string Backend => backend;

        public byte[]? Find() => throw new KeyStoreException(NoOsKeys) { IsAbsent = true };

        public byte[] FindOrMake() => throw new KeyStoreException(NoOsKeys) { IsAbsent = true };
    }
}
