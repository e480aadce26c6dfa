using Cli.Backends;
using Cli.Config.Environments;
using Cli.Config.Yaml;
using Cli.Project;
using Cli.Secrets;
using Cli.Stack;

namespace Cli.Config;

/// <summary>What a command on configuration works on: a stack, its file, and what encrypts its secrets.</summary>
internal sealed class ConfigWork : IAsyncDisposable
{
    private ISecretsProvider? provider;
    private ISecretsProvider? recorded;
    private EnvironmentConfig? environment;

    private ConfigWork(Workplace place, StackDetails details, StackFile file) => (Place, Details, File) = (place, details, file);

    public Workplace Place { get; }
    public StackDetails Details { get; }

    /// <summary>As it was read.</summary>
    public StackFile File { get; private set; }
    public StackConfig Config => File.Config;

    public Session Session => Place.Session;
    public StackName Stack => Details.Stack;
    public ProjectFile Project => Place.RequireProject();
    public string StackShown => Place.Backend.Show(Stack);

    /// <param name="file">Null: the stack's own.</param>
    public static async Task<ConfigWork> Open(Session session, string? stack, string? file, CancellationToken ct)
    {
        var place = await Workplace.Open(session, ct);
        try
        {
            place.RequireProject();
            return Of(place, await place.Require(stack, ct, mayCreate: true), file);
        }
        catch
        {
            await place.DisposeAsync();
            throw;
        }
    }

    public static ConfigWork Of(Workplace place, StackDetails details, string? file = null)
    {
        var path = string.IsNullOrEmpty(file)
            ? place.RequireProject().StackFileOf(details.Stack.Name)
            : Path.GetFullPath(file, place.Session.Machine.WorkingDirectory);
        return new(place, details, StackFile.Read(path));
    }

    public ConfigPlace Parse(string key, bool isPath) => ConfigPlace.Parse(key, Project.Name, isPath);

    /// <summary>From here on, <see cref="Values"/> has what the stack's environments say, too.</summary>
    /// <returns>Null where the stack has none.</returns>
    public async Task<EnvironmentConfig?> TakeEnvironments(bool open, CancellationToken ct) =>
        environment = await StackEnvironments.Read(this, open, ct) is { } read ? new(read, Project.Name) : null;

    /// <summary>What the stack's file says, what its environments say for the rest, and the project's values for what is left.</summary>
    public SortedDictionary<ConfigKey, YamlValue> Values()
    {
        var values = Config.Values;
        foreach (var (key, value) in values.Where(pair => pair.Value is YamlScalar { Kind: ScalarKind.Null }).ToList())
        {
            Session.Warn($"the value of configuration key '{key.Show(Project.Name)}' is null, which counts as empty");
            values[key] = YamlValue.Of("");
        }
        foreach (var (key, value) in environment?.Values ?? [])
        {
            values[key] = values.TryGetValue(key, out var own) ? EnvironmentConfig.Merge(value, own) : value;
        }
        foreach (var (key, value) in ProjectValues.Read(Project))
        {
            values.TryAdd(key, value);
        }
        return values;
    }

    public async Task<IReadOnlyList<YamlValue>> Decrypted(IReadOnlyList<YamlValue> values, CancellationToken ct)
    {
        var ciphertexts = values.SelectMany(ConfigValue.Ciphertexts).Distinct(StringComparer.Ordinal).ToList();
        if (ciphertexts.Count == 0)
        {
            return values;
        }
        var known = ciphertexts
            .Where(text => environment?.Plaintext(text) is not null)
            .ToDictionary(text => text, text => YamlValue.Of(environment!.Plaintext(text)!), StringComparer.Ordinal);
        var stored = ciphertexts.Where(text => !known.ContainsKey(text)).ToList();
        foreach (var (ciphertext, plaintext) in stored.Zip(stored.Count > 0 ? await Provider().Decrypt(stored, ct) : []))
        {
            known[ciphertext] = YamlValue.Of(plaintext);
        }
        return [.. values.Select(value => ConfigValue.Replaced(value, text => known[text]))];
    }

    public async Task<YamlValue> Decrypted(YamlValue value, CancellationToken ct) => (await Decrypted([value], ct))[0];

    /// <summary>Secrets in the order of the texts. A stack whose file names no provider yet gets one.</summary>
    public async Task<IReadOnlyList<YamlValue>> Encrypted(IReadOnlyList<string> plaintexts, CancellationToken ct)
    {
        if (plaintexts.Count == 0)
        {
            return [];
        }
        if (provider is null && Place.Secrets.LacksKey(File))
        {
            Record(await Place.Secrets.New(Stack, File.SecretsProvider ?? "default", ct));
        }
        return [.. (await Provider().Encrypt(plaintexts, ct)).Select(ConfigValue.Secret)];
    }

    /// <summary>The file will name this provider when it is saved.</summary>
    public void Record(ISecretsProvider made) => provider = recorded = made;

    /// <summary>Writes the file if the change is one. Where somebody else changed it meanwhile, both changes are in it.</summary>
    public void Save(Func<StackConfig, StackConfig> change)
    {
        while (true)
        {
            var named = recorded is null ? File : StackSecrets.Record(File, recorded);
            var changed = named.With(change(named.Config));
            if (ReferenceEquals(changed, File) || changed.Text == File.Text || changed.TrySave(File))
            {
                return;
            }
            var other = StackFile.Read(File.Path);
            if (recorded is not null || other.EncryptionSalt != File.EncryptionSalt || other.EncryptedKey != File.EncryptedKey)
            {
                throw new UserErrorException($"'{File.Path}' was changed by another program meanwhile; please run the command again");
            }
            File = other;
        }
    }

    public ValueTask DisposeAsync() => Place.DisposeAsync();

    private ISecretsProvider Provider() => provider ??= Place.Secrets.OfFile(Stack, File);
}
