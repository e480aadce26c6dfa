using Cli.Storage;

namespace Cli.Secrets;

/// <summary>Where a passphrase comes from: a variable, a file that a variable names, or a person.</summary>
internal sealed class Passphrase(Session session)
{
    private const string Variable = "PULUMI_CONFIG_PASSPHRASE";
    private const string FileVariable = "PULUMI_CONFIG_PASSPHRASE_FILE";
    private const string Missing = $"passphrase must be set with {Variable} or {FileVariable} environment variables";
    private string? entered;

    /// <param name="stack">As it is shown; empty where it is not known.</param>
    public async Task<DataKey> Unlock(string salt, string stack, CancellationToken ct)
    {
        if ((FromEnvironment() ?? entered) is { } given)
        {
            if (PassphraseSecrets.TryUnlock(salt, given) is { } key)
            {
                return key;
            }
            if (FromEnvironment() is not null)
            {
                throw new UserErrorException("incorrect passphrase");
            }
        }
        if (!session.Interactive)
        {
            throw new UserErrorException(Missing);
        }
        var whose = stack.Length == 0 ? "" : " for stack " + stack;
        while (true)
        {
            entered = await Ask(
                $"Enter your passphrase to unlock config/secrets{whose}\n    (set {Variable} or {FileVariable} to remember): ",
                ct
            );
            if (PassphraseSecrets.TryUnlock(salt, entered) is { } key)
            {
                return key;
            }
            session.Say("error: incorrect passphrase");
        }
    }

    /// <summary>For a stack that has none yet.</summary>
    public async Task<string> ForNewStack(CancellationToken ct) =>
        FromEnvironment() ?? (session.Interactive ? await AskTwice("passphrase", ct) : throw new UserErrorException(Missing));

    /// <summary>For a stack that changes to this provider or to another passphrase: never the old one by accident.</summary>
    /// <param name="rotates">Whether the stack has a passphrase already.</param>
    public async Task<string> ForChange(bool rotates, CancellationToken ct)
    {
        if (session.Interactive)
        {
            return await AskTwice("new passphrase", ct);
        }
        if (!session.Machine.Terminal.InIsTerminal && await session.Machine.Terminal.In.ReadLineAsync(ct) is { Length: > 0 } line)
        {
            return line;
        }
        return !rotates && FromEnvironment() is { } variable
            ? variable
            : throw new UserErrorException("the new passphrase is read from standard input, and there is none");
    }

    private string? FromEnvironment()
    {
        if (session.Machine.Environment.TryGetValue(Variable, out var value))
        {
            return value; // the empty one is a passphrase, too
        }
        if (session.Machine.Variable(FileVariable) is not { } path)
        {
            return null;
        }
        try
        {
            return File.ReadAllText(Path.GetFullPath(path, session.Machine.WorkingDirectory)).Trim();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"unable to read {FileVariable}: open {path}: {FileFault.Reason(problem)}");
        }
    }

    private async Task<string> AskTwice(string what, CancellationToken ct)
    {
        while (true)
        {
            var first = await Ask($"Enter your {what} to protect config/secrets: ", ct);
            if (await Ask($"Re-enter your {what} to confirm: ", ct) == first)
            {
                return entered = first;
            }
            session.Say("passphrases do not match");
        }
    }

    private async Task<string> Ask(string prompt, CancellationToken ct) =>
        await session.Machine.Terminal.ReadLine(prompt, true, ct) ?? throw new UserErrorException("passphrase entry was interrupted");
}
