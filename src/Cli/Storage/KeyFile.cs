using System.Text;

namespace Cli.Storage;

/// <summary>
/// A key in a file of its own, owner-only, beside the credentials: for machines without a key store. It keeps copies of the credentials file (backups,
/// synchronized folders) from being of use, not programs of the same person.
/// </summary>
internal sealed class KeyFile(Machine machine) : IKeyStore
{
    public const string Name = "holdfast-key-file";

    private readonly PrivateFile file = new(Places.KeyFile(machine));

    public string Backend => Name;

    public byte[]? Find() => file.Read() is { Length: > 0 } content ? KeyText.Parse(Encoding.UTF8.GetString(content)) : null;

    public byte[] FindOrMake()
    {
        file.Change(content => content.Length > 0 ? content : Encoding.UTF8.GetBytes(KeyText.Of(KeyText.Make()) + "\n"));
        return Find()!;
    }

    /// <summary>For when nothing is left that it opens.</summary>
    public void Remove() => file.Remove();
}
