namespace Cli.Storage;

/// <summary>Reads and changes <c>credentials.json</c>.</summary>
internal sealed class CredentialStore(Session session)
{
    private readonly PrivateFile file = new(Places.CredentialsFile(session.Machine));

    /// <summary>Nothing is stored that is not encrypted.</summary>
    public bool RequiresEncryption { get; init; }

    private Protection Protection => new(session) { IsRequired = RequiresEncryption };

    /// <summary>The name of the store that has the key; null if the credentials are not encrypted.</summary>
    public string? EncryptedBy => Envelope.Of(file.Read(), file.Path)?.Backend;

    public string Path => file.Path;

    /// <exception cref="UndecryptableException">See there.</exception>
    public Credentials ReadOrUndecryptable()
    {
        var content = file.Read();
        if (content.Length == 0)
        {
            RequireProfile();
        }
        var envelope = Envelope.Of(content, file.Path);
        Protection.Look(envelope, isNew: content.Length == 0);
        return Credentials.Parse(Plain(content, envelope), file.Path);
    }

    public Credentials Read()
    {
        try
        {
            return ReadOrUndecryptable();
        }
        catch (UndecryptableException undecryptable)
        {
            throw undecryptable.AsUserError();
        }
    }

    /// <summary>One change, with the file locked from reading to writing: two logins at once lose nothing.</summary>
    public void Change(Action<Credentials> change)
    {
        try
        {
            file.Change(content =>
            {
                var envelope = Envelope.Of(content, file.Path);
                var plain = Plain(content, envelope);
                var credentials = Credentials.Parse(plain, file.Path);
                change(credentials);
                return credentials.Write() is { } text ? Protection.Seal(text, envelope, isNew: content.Length == 0) : null;
            });
        }
        catch (UndecryptableException undecryptable)
        {
            throw undecryptable.AsUserError();
        }
    }

    /// <summary>Waits until no other process refreshes a token; disposing it lets the next one.</summary>
    public IDisposable RefreshTurn() => new PrivateFile(Places.RefreshLock(session.Machine)).Hold();

    /// <summary>
    /// Deletes the file, whatever it holds, and the key in a file with it. The key in the OS credential store stays: other homes of this person use it.
    /// </summary>
    public void RemoveAll()
    {
        file.Remove();
        new KeyFile(session.Machine).Remove();
    }

    /// <summary>A profile comes to be by logging in with it; any other command that names one that is not there has a typing error.</summary>
    private void RequireProfile()
    {
        if (
            session.CommandPath != "pulumi login"
            && Profile.Of(session.Machine) is { } profile
            && !Profile.Exists(session.Machine, profile.Name)
        )
        {
            throw Profile.Missing(profile.Name);
        }
    }

    private byte[] Plain(byte[] content, Envelope? envelope) => envelope is null ? content : Protection.Open(envelope, file.Path);
}
