namespace Cli.Storage;

/// <summary>Reads and changes <c>credentials.json</c>.</summary>
internal sealed class CredentialStore(Session session)
{
    private readonly PrivateFile file = new(Places.CredentialsFile(session.Machine));

    /// <exception cref="UndecryptableException">See there.</exception>
    public Credentials ReadOrUndecryptable()
    {
        Protection(session.Machine);
        return Credentials.Parse(file.Read(), file.Path);
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
        RefuseWhatCannotBeEncrypted();
        try
        {
            file.Change(content =>
            {
                var credentials = Credentials.Parse(content, file.Path);
                change(credentials);
                return credentials.Write();
            });
        }
        catch (UndecryptableException undecryptable)
        {
            throw undecryptable.AsUserError();
        }
    }

    /// <summary>Waits until no other process refreshes a token; disposing it lets the next one.</summary>
    public IDisposable RefreshTurn() => new PrivateFile(Places.RefreshLock(session.Machine)).Hold();

    /// <summary>Deletes the file, whatever it holds.</summary>
    public void RemoveAll() => file.Remove();

    private void RefuseWhatCannotBeEncrypted()
    {
        const string Reason = "this program cannot use the operating system's credential store";
        switch (Protection(session.Machine))
        {
            case "os":
                throw new UserErrorException(
                    $"PULUMI_CREDENTIAL_STORE=os but no usable OS credential protection (set PULUMI_CREDENTIAL_STORE=plaintext to override): {Reason}"
                );
            case "auto":
                session.Warn($"storing Pulumi credentials in plaintext: {Reason}");
                break;
        }
    }

    private static string Protection(Machine machine)
    {
        var value = machine.Variable("PULUMI_CREDENTIAL_STORE") ?? "";
        var choice = value.ToLowerInvariant();
        return choice is "" or "auto" or "os" or "plaintext"
            ? choice
            : throw new UserErrorException($"invalid PULUMI_CREDENTIAL_STORE value \"{value}\" (want auto, os, or plaintext)");
    }
}
