using Server.Settings;

namespace Server.Secrets;

/// <summary>The master keys that this process holds. It does not start with others than the database's.</summary>
public sealed class MasterKeys(MasterKeyFile file, MasterKeyStore known, IEnumerable<IWrappedKeys> wrapped)
{
    private volatile IReadOnlyDictionary<string, MasterKey> _held = new Dictionary<string, MasterKey>();

    /// <summary>On the very first start this makes the first key.</summary>
    /// <exception cref="SettingsException">The file lacks a key that the database needs.</exception>
    public async Task Open(CancellationToken ct)
    {
        var needed = await known.All(ct);
        if (needed.Count == 0)
        {
            await MakeFirst(ct);
            needed = await known.All(ct);
        }
        Reload();
        var inUse = needed[^1];
        var ids = new HashSet<string> { inUse.Id };
        foreach (var keys in wrapped)
        {
            ids.UnionWith(await keys.MasterKeyIds(ct));
        }
        foreach (var key in needed.Where(k => ids.Contains(k.Id)))
        {
            Check(key);
        }
    }

    /// <summary>Adds a key and makes it the one in use. A key at the end of the file that the database does not know yet is taken; otherwise one is made.</summary>
    public async Task<MasterKey> AddNext(CancellationToken ct)
    {
        var before = await known.All(ct);
        var next = file.Read() is [.., var last] && before.All(k => k.Id != last.Id) ? last : null;
        if (next is null)
        {
            next = MasterKey.New();
            file.Add(next);
        }
        Reload();
        return await known.Add(next, before[^1].Ordinal + 1, ct)
            ? next
            : throw new SettingsException("Another process adds a master key just now. Wait until it is done.");
    }

    /// <summary>The one in use. It is asked from the database: another process may have added one.</summary>
    public async Task<MasterKey> InUse(CancellationToken ct) => Find((await known.All(ct))[^1].Id);

    public MasterKey Find(string id)
    {
        if (!_held.ContainsKey(id))
        {
            Reload(); // another process has added it
        }
        return _held.TryGetValue(id, out var key)
            ? key
            : throw new InvalidOperationException(
                $"{file.Path} does not hold the master key {id}. Copy that key's line to it from the machine that added it."
            );
    }

    private async Task MakeFirst(CancellationToken ct)
    {
        var first = file.Read() is [.., var last] ? last : null;
        if (first is null)
        {
            first = MasterKey.New();
            file.Add(first);
        }
        await known.Add(first, ordinal: 1, ct); // if another process was quicker, the check tells whether its key is ours too
    }

    private void Reload() => _held = file.Read().GroupBy(k => k.Id).ToDictionary(g => g.Key, g => g.Last());

    private void Check(KnownMasterKey key)
    {
        var problem =
            !file.Exists ? $"{file.Path} does not exist"
            : !_held.TryGetValue(key.Id, out var held) ? $"{file.Path} does not hold that key, but {string.Join(", ", _held.Keys)}"
            : !held.Opens(key.Canary) ? $"{file.Path} holds another key of that name"
            : null;
        if (problem is not null)
        {
            throw new SettingsException(
                $"This database's secrets are encrypted with the master key {key.Id}; {problem}.\nPut your copy of the file of master keys there, or name it with --master-key-file FILE. Several servers on one database need the same file. Without it the secrets cannot be read."
            );
        }
    }
}

/// <summary>Holds the server's start back until the right keys are there.</summary>
public sealed class MasterKeyCheck(MasterKeys keys) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => keys.Open(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
